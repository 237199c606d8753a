import type { RefreshFailure, Session } from './core/session.ts'
import { networkError, problemResponse } from './platform/problem-response.ts'

/**
 * What a page gets while a refresh fails for now: a rejection where the token endpoint cannot be reached, as without a
 * broker, and a 503 where it answered. Never a 401, which apps take for a logout.
 * @param now ms since the epoch
 * @throws TypeError
 */
export function unavailable(failure: RefreshFailure, session: Session, now: number): Response {
  if (failure.kind === 'network') throw networkError(failure)
  const until = session.status === 'active' ? (session.backOff?.until ?? now) : now
  return problemResponse(failure, Math.max(1, Math.ceil((until - now) / 1000)))
}
