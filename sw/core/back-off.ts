import type { BackOff, RefreshFailure } from './session.ts'

/** ms */
const FIRST = 500
const CAP = 30_000
const AFTER_MISCONFIGURATION = 30_000
/** Of a long `Retry-After`, as one failure alone has too little jitter to spread a fleet. */
const JITTER_SHARE = 1 / 4
/** A floor, but no proxy's slip shall end refreshes for good. */
const RETRY_AFTER_CAP = 3_600_000

/**
 * Full-jitter exponential back-off. The server's `Retry-After` (RFC 9110 §10.2.3) is a floor, with the jitter on top:
 * all who were told the same date would come back together otherwise.
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
  const jitter = random * Math.min(CAP, Math.max(FIRST * 2 ** (failures - 1), retryAfter * JITTER_SHARE))
  const delay = failure.kind === 'misconfigured' ? AFTER_MISCONFIGURATION : jitter
  const until = now + Math.min(retryAfter, RETRY_AFTER_CAP) + delay
  return { failures, since: now, until, failure }
}
