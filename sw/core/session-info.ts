import { present } from '../protocol/guards.ts'
import type { Announcement, LoginRequiredReason, SessionInfo } from '../protocol/messages.ts'
import type { BackOff, LostSession, Session, TokenSet } from './session.ts'

/** What a page may know of the session. */
export function sessionInfo(session: Session): SessionInfo {
  const { status } = session
  switch (status) {
    case 'anonymous':
      return { status }
    case 'login-required':
      return present({ status, reason: session.reason, subject: session.subject })
    case 'active':
      return present({
        status,
        expiresAt: session.tokens.expiresAt,
        scope: session.tokens.scope,
        subject: session.tokens.subject,
        claims: session.tokens.claims,
      })
  }
}

/** What the session alone does not say. */
export interface Circumstances {
  loginUrl?: string
  /** Whether the server gave what it takes to refresh these tokens. */
  canRefresh: (tokens: TokenSet) => boolean
}

/** When an idle page should nudge: as the token falls due, but not within a back-off. ms since the epoch. */
export function nudgeAt(session: Session, { canRefresh }: Circumstances): { refreshAt?: number } {
  if (session.status !== 'active' || session.tokens.refreshAt === undefined || !canRefresh(session.tokens))
    return {}
  return { refreshAt: Math.max(session.tokens.refreshAt, idleUntil(session.backOff)) }
}

/**
 * Twice the back-off, as nobody waits for an idle page's token and the server has others to answer after an outage. Not
 * where an answer may have been lost: the server may forgive a second use of the refresh token for a few seconds only.
 */
function idleUntil(backOff: BackOff | undefined): number {
  if (!backOff) return 0
  const { since, until, failure } = backOff
  return failure.kind === 'network' ? until : until + Math.min(until - since, MOST_IDLE)
}

/** ms */
const MOST_IDLE = 30_000

/**
 * What the pages are told of a transition. It follows from the transition alone, and only one worker's
 * compare-and-set makes that, so each is announced once.
 */
export function announcementsOf(
  before: Session,
  after: Session,
  circumstances: Circumstances,
): Announcement[] {
  if (before === after) return []
  const changed: Announcement = {
    type: 'session-changed',
    session: sessionInfo(after),
    ...nudgeAt(after, circumstances),
  }
  switch (after.status) {
    case 'login-required':
      return before.status === 'login-required' ? [] : lossOf(after, circumstances)
    case 'anonymous':
      if (after.noticed) return [loginRequired('no-session', circumstances)]
      return before.status === 'anonymous' && !before.noticed ? [] : [changed]
    case 'active':
      return before.status === 'active' &&
        before.sessionId === after.sessionId &&
        // A token that an answer has brought is no news: a page that asks the API on news would never end.
        (before.generation === after.generation || after.tokens.renewedFrom !== undefined)
        ? []
        : [changed]
  }
}

/** What the pages are told of a lost session. */
export const lossOf = (session: LostSession, circumstances: Circumstances): Announcement[] => [
  loginRequired(session.reason, circumstances),
  { type: 'session-changed', session: sessionInfo(session) },
]

const loginRequired = (reason: LoginRequiredReason, { loginUrl }: Circumstances): Announcement => ({
  type: 'login-required',
  reason,
  loginUrl,
})
