import type { Random } from '../random.ts'
import { backOff } from '../../sw/core/back-off.ts'
import { freshness, schedule } from '../../sw/core/freshness.ts'
import { nudgeAt, type Circumstances } from '../../sw/core/session-info.ts'
import { isBackingOff, type ActiveSession, type RefreshFailure } from '../../sw/core/session.ts'

/** When one session asks the token endpoint; times in ms. */
export interface FleetSession {
  /** Of the next token request. */
  next(now: number): number
  /** @param retryAfter ms */
  failed(now: number, retryAfter: number): void
  refreshed(now: number): void
}

/**
 * @param receivedAt when the session got its first token, ms
 * @param lifetime of its tokens, s
 */
export type Strategy = (receivedAt: number, lifetime: number, random: Random) => FleetSession

const CIRCUMSTANCES: Circumstances = { canRefresh: () => true }
const DOWN: RefreshFailure = { kind: 'http', code: 'refresh-failed', message: '', status: 503 }
const CUT_OFF: RefreshFailure = { kind: 'network', code: 'refresh-unreachable', message: '' }

/** When the page of a session asks the worker to refresh, ms. */
type Page = (session: ActiveSession) => number
/** An open page at rest nudges when it was told to. */
const atRest: Page = (session) => nudgeAt(session, CIRCUMSTANCES).refreshAt ?? Number.POSITIVE_INFINITY
/** One that calls the API all the time never lets the worker rest. */
const busy: Page = ({ tokens, backOff }) => Math.max(tokens.refreshAt ?? 0, backOff?.until ?? 0)

/** The library's own decisions. */
const decisions =
  (page: Page, failure: RefreshFailure): Strategy =>
  (receivedAt, lifetime, random) => {
    const active = (now: number): ActiveSession => ({
      status: 'active',
      sessionId: '',
      generation: 1,
      tokens: { accessToken: '', ...schedule(now, lifetime, random()) },
    })
    let session = active(receivedAt)
    return {
      next(now) {
        const at = Math.max(now, page(session))
        // What stands between a nudge and the token request; if it turned a nudge away, the numbers would be wrong.
        if (freshness(session.tokens, at) === 'fresh' || isBackingOff(session, at))
          throw new Error('The nudge came before the refresh was due')
        return at
      },
      failed(now, retryAfter) {
        session.backOff = backOff(session.backOff, failure, now, retryAfter, random())
      },
      refreshed(now) {
        session = active(now)
      },
    }
  }

export const broker: Strategy = decisions(atRest, DOWN)
export const brokerOfBusyPages: Strategy = decisions(busy, DOWN)
export const brokerCutOff: Strategy = decisions(atRest, CUT_OFF)

/** s before expiry */
const TIMER_LEAD = 60

/** What an app without any of this does: a timer a minute before expiry, and another try at once when one fails. */
export const fixedTimers: Strategy = (receivedAt, lifetime) => {
  const after = Math.max(lifetime - TIMER_LEAD, lifetime / 2) * 1000
  let due = receivedAt + after
  return {
    next: () => due,
    failed(now) {
      due = now
    },
    refreshed(now) {
      due = now + after
    },
  }
}
