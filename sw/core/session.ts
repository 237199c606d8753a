import type { LoginRequiredReason } from '../protocol/messages.ts'

/** The session and generation that something was decided on; a later write loses if the store has moved on. */
export interface Basis {
  sessionId: string
  generation: number
}

/** A token response (RFC 6749 §5.1) as it was received. */
export interface TokenSet {
  accessToken: string
  refreshToken?: string
  scope?: string
  /** The `sub` of the user. */
  subject?: string
  /** ms since the epoch, by the local clock. */
  receivedAt: number
  /** ms since the epoch: receipt plus lifetime, never the server's clock. Absent where only a 401 can tell. */
  expiresAt?: number
  /** When a refresh is due although the token is still good, ms since the epoch. */
  refreshAt?: number
  /** The server's answer as it came, for a page that asks for its own refresh. */
  answer?: TokenAnswer
}

export interface TokenAnswer {
  status: number
  body: string
}

/** Why a refresh did not succeed although the session may be alive. */
export interface RefreshFailure {
  kind: 'network' | 'http' | 'misconfigured'
  /** A stable code of ours. */
  code: string
  message: string
  status?: number
  error?: string
  member?: string
}

/** No token request before `until` (ms since the epoch). */
export interface BackOff {
  failures: number
  until: number
  failure: RefreshFailure
}

/** Never logged in, or logged out. `noticed`: the pages know that a login is required. */
export interface AnonymousSession {
  status: 'anonymous'
  noticed: boolean
}

export interface ActiveSession extends Basis {
  status: 'active'
  tokens: TokenSet
  /** The journal: a token request was begun then (ms since the epoch), and its outcome is not known yet. */
  refreshStartedAt?: number
  backOff?: BackOff
  /** The page's last own request to the refresh endpoint, for servers whose form only the page knows. */
  lastRequest?: RecordedRequest
}

/** A request of a page, without any token. */
export interface RecordedRequest {
  url: string
  method: string
  headers: [string, string][]
  body: string
}

/** A session was lost; the tokens are gone. */
export interface LostSession extends Basis {
  status: 'login-required'
  reason: LoginRequiredReason
  subject?: string
}

export type Session = AnonymousSession | ActiveSession | LostSession

export interface RefreshStarted {
  type: 'refresh-started'
  basis: Basis
  /** ms since the epoch */
  at: number
  ignoreBackOff: boolean
}

export type SessionEvent =
  | { type: 'logged-in'; sessionId: string; tokens: TokenSet }
  | RefreshStarted
  | { type: 'refreshed'; basis: Basis; tokens: TokenSet }
  | { type: 'refresh-failed'; basis: Basis; backOff: BackOff }
  | { type: 'lost'; basis: Basis; reason: LoginRequiredReason }
  | { type: 'unauthorized' }
  | { type: 'page-refresh'; sessionId: string; request: RecordedRequest }
  | { type: 'logged-out'; sessionId?: string }

export const ANONYMOUS: AnonymousSession = { status: 'anonymous', noticed: false }

/** Whether `session` is alive and still the one that `basis` names, token and all. */
export const isCurrent = (session: Session, basis: Basis): session is ActiveSession =>
  isSameSession(session, basis) && session.generation === basis.generation

/** Whether `session` is alive and the one that `basis` names, refreshed since or not. */
export const isSameSession = (session: Session, basis: Basis): session is ActiveSession =>
  session.status === 'active' && session.sessionId === basis.sessionId

/** Whether the token endpoint may be asked now: the token is still the one to be replaced, and no back-off holds. */
export const isRefreshDue = (
  session: Session,
  { basis, at, ignoreBackOff }: RefreshStarted,
): session is ActiveSession =>
  isCurrent(session, basis) && (ignoreBackOff || session.backOff === undefined || session.backOff.until <= at)

/**
 * The only way in which a session changes.
 * @returns the same object where the event is stale, so that a refresh that ends after a logout changes nothing
 */
export function transition(session: Session, event: SessionEvent): Session {
  switch (event.type) {
    case 'logged-in':
      if (session.status === 'active' && session.sessionId === event.sessionId) return session
      return { status: 'active', sessionId: event.sessionId, generation: 1, tokens: event.tokens }
    case 'logged-out':
      if (session.status === 'anonymous') return session.noticed ? ANONYMOUS : session
      return event.sessionId === undefined || event.sessionId === session.sessionId ? ANONYMOUS : session
    case 'page-refresh':
      return session.status === 'active' && session.sessionId === event.sessionId
        ? { ...session, lastRequest: event.request }
        : session
    case 'unauthorized':
      return session.status === 'anonymous' && !session.noticed ? { ...session, noticed: true } : session
    case 'refresh-started':
      return isRefreshDue(session, event) ? { ...session, refreshStartedAt: event.at } : session
    case 'refreshed':
      if (!isCurrent(session, event.basis)) return session
      return {
        status: 'active',
        sessionId: session.sessionId,
        generation: session.generation + 1,
        tokens: withKept(session.tokens, event.tokens),
        ...(session.lastRequest && { lastRequest: session.lastRequest }),
      }
    case 'refresh-failed': {
      if (!isCurrent(session, event.basis)) return session
      const { refreshStartedAt: _, ...rest } = session
      return { ...rest, backOff: event.backOff }
    }
    case 'lost':
      return isCurrent(session, event.basis) ? lost(session, event.reason) : session
  }
}

/** A token response without `refresh_token` or `scope` leaves them as they were (RFC 6749 §5.1, §6). */
function withKept(old: TokenSet, fresh: TokenSet): TokenSet {
  const { refreshToken, scope, subject } = old
  return {
    ...(refreshToken !== undefined && { refreshToken }),
    ...(scope !== undefined && { scope }),
    ...(subject !== undefined && { subject }),
    ...fresh,
  }
}

const lost = (
  { sessionId, generation, tokens }: ActiveSession,
  reason: LoginRequiredReason,
): LostSession => ({
  status: 'login-required',
  sessionId,
  generation,
  reason,
  ...(tokens.subject !== undefined && { subject: tokens.subject }),
})
