import { challengeWith, type Challenge } from './challenge.ts'
import { isCurrent, isSameSession, type Basis, type Session } from './session.ts'

/** A protected request that was answered 401, and what was known when it was sent. */
export interface Refusal {
  challenges: readonly Challenge[]
  /** The session and generation of the token that the request carried; undefined where it carried none of ours. */
  sent: Basis | undefined
  /** What the store says now. */
  session: Session
  /** Whether the request was made by an anonymous user, rather than in a session that has ended meanwhile. */
  isAnonymous: boolean
  /** Whether this address has just refused a brand-new token, so that another one is not worth a refresh. */
  isCoolingDown: boolean
}

/**
 * - `pass`: the page gets the 401.
 * - `replay`: send it once more, with the token that is current by now.
 * - `refresh`: refresh, then replay.
 * - `step-up`: no refresh helps; the page gets the 401 and `step-up-required`.
 * - `unauthorized`: there is no session; the page gets the 401, and the windows learn of it.
 */
export type RetryDecision =
  | { type: 'pass' }
  | { type: 'replay' }
  | { type: 'refresh' }
  | { type: 'step-up'; challenge: Challenge }
  | { type: 'unauthorized' }

// `insufficient_scope` is usually a 403; neither it nor a malformed request is cured by another token of the same kind.
const INCURABLE = ['insufficient_scope', 'invalid_request']

/** What to do about the 401 to the first sending of a request (RFC 6750 §3.1, RFC 9470 §3). */
export function decideRetry({
  challenges,
  sent,
  session,
  isAnonymous,
  isCoolingDown,
}: Refusal): RetryDecision {
  if (sent === undefined) {
    const isNews = isAnonymous && session.status === 'anonymous' && !session.noticed
    return isNews ? { type: 'unauthorized' } : PASS
  }
  const stepUp = challengeWith('insufficient_user_authentication', challenges)
  if (stepUp) return { type: 'step-up', challenge: stepUp }
  if (INCURABLE.some((error) => challengeWith(error, challenges))) return PASS
  if (!isSameSession(session, sent)) return PASS
  if (!isCurrent(session, sent)) return { type: 'replay' }
  return isCoolingDown ? PASS : { type: 'refresh' }
}

const PASS: RetryDecision = { type: 'pass' }
