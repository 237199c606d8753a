import type { BackOff, RefreshFailure } from './session.ts'

/** ms */
const FIRST = 500
const CAP = 30_000
const AFTER_MISCONFIGURATION = 30_000
/** A floor, but no proxy's slip shall end refreshes for good. */
const RETRY_AFTER_CAP = 3_600_000

/**
 * Full-jitter exponential back-off, with the server's `Retry-After` (RFC 9110 §10.2.3) as a floor.
 * @param retryAfter ms
 * @param random 0 to 1
 */
export function backOff(
  previous: BackOff | undefined,
  failure: RefreshFailure,
  now: number,
  retryAfter: number,
  random: number,
): BackOff {
  const failures = (previous?.failures ?? 0) + 1
  const delay =
    failure.kind === 'misconfigured'
      ? AFTER_MISCONFIGURATION
      : random * Math.min(CAP, FIRST * 2 ** (failures - 1))
  return {
    failures,
    since: now,
    until: now + Math.max(delay, Math.min(retryAfter, RETRY_AFTER_CAP)),
    failure,
  }
}
