import { challengeWith, type Challenge } from './challenge.ts'
import {
  isCurrent,
  mayContinue,
  type ActiveSession,
  type Basis,
  type LostSession,
  type Session,
} from './session.ts'

/** A protected request that was answered 401, and what was known when it was sent. */
export interface Refusal {
  challenges: readonly Challenge[]
  /** The session and generation of the token that the request carried; undefined where it carried none of ours. */
  sent: ActiveSession | undefined
  /** What the store says now. */
  session: Session
  /** The session that the request was made in, dead or alive; undefined for an anonymous user's. */
  began: Basis | undefined
  /** Whose session that is or was, where it is known. */
  subject: string | undefined
  /** Whether this address has just refused a brand-new token, so that another one is not worth a refresh. */
  isCoolingDown: boolean
}

/**
 * - `pass`: the page gets the 401.
 * - `replay`: send it once more, with the token that is current by now.
 * - `refresh`: refresh, then replay.
 * - `hold`: the session was lost; the same user may log in again.
 * - `step-up`: no refresh helps, a stronger login of the same user may; the pages learn of it.
 * - `unauthorized`: there is no session; the page gets the 401, and the windows learn of it.
 */
export type RetryDecision =
  | { type: 'pass' }
  | { type: 'replay'; sent: ActiveSession }
  | { type: 'refresh'; sent: ActiveSession }
  | { type: 'hold'; lost: LostSession }
  | { type: 'step-up'; challenge: Challenge; sent: ActiveSession }
  | { type: 'unauthorized' }

// No other token of the same kind cures them: RFC 6750 §3.1, and what is wrong with a proof (RFC 9449 §7.1, §9).
const INCURABLE = ['insufficient_scope', 'invalid_request', 'use_dpop_nonce', 'invalid_dpop_proof']

/** What to do about the 401 to the first sending of a request (RFC 6750 §3.1, RFC 9470 §3). */
export function decideRetry(refusal: Refusal): RetryDecision {
  const { challenges, sent, session, began, subject, isCoolingDown } = refusal
  if (session.status === 'login-required' && session.sessionId === began?.sessionId)
    return { type: 'hold', lost: session }
  if (sent === undefined) {
    // The session was lost before it was sent, and its user has come back before the answer.
    if (began && mayContinue(session, began, subject)) return { type: 'replay', sent: session }
    const isNews = began === undefined && session.status === 'anonymous' && !session.noticed
    return isNews ? { type: 'unauthorized' } : PASS
  }
  const stepUp = challengeWith('insufficient_user_authentication', challenges)
  const isSameUser = mayContinue(session, sent, sent.tokens.subject)
  // Where the user has logged in anew meanwhile, that may have been the step-up.
  if (stepUp && !(isSameUser && session.sessionId !== sent.sessionId))
    return { type: 'step-up', challenge: stepUp, sent }
  if (INCURABLE.some((error) => challengeWith(error, challenges))) return PASS
  if (!isSameUser) return PASS
  if (!isCurrent(session, sent)) return { type: 'replay', sent }
  return isCoolingDown ? PASS : { type: 'refresh', sent }
}

const PASS: RetryDecision = { type: 'pass' }
