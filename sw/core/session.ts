import type { LoginRequiredReason } from '../protocol/messages.ts'

/** The session and generation that something was decided on; a later write loses if the store has moved on. */
export interface Basis {
  sessionId: string
  generation: number
  /** The API that the access token is for (RFC 8707); none for the session's own. */
  resource?: string
}

/** A token response (RFC 6749 §5.1) as it was received. */
export interface TokenSet {
  accessToken: string
  refreshToken?: string
  /** `token_type`, in lower case (RFC 6749 §7.1). */
  tokenType?: string
  scope?: string
  /** The `sub` of the user. */
  subject?: string
  /** Claims of the id_token that a page may see. */
  claims?: Record<string, unknown>
  /** For the logout at the server (OpenID Connect RP-Initiated Logout 1.0 §2). */
  idToken?: string
  /** ms since the epoch, by the local clock. */
  receivedAt: number
  /** ms since the epoch: receipt plus lifetime, never the server's clock. Absent where only a 401 can tell. */
  expiresAt?: number
  /** When a refresh is due although the token is still good, ms since the epoch. */
  refreshAt?: number
  /** Where it came in the answer of an API: when that was asked for, ms since the epoch. */
  renewedFrom?: number
  /** The `exp` of a JWT, by the server's clock and for comparison with another, s. */
  exp?: number
  /** The server's answer as it came, for a page that asks for its own refresh. */
  answer?: TokenAnswer
}

export interface TokenAnswer {
  status: number
  body: string
  /** Those that say what the body is or bring a value; JSON with no more to say has none. */
  headers?: [string, string][]
}

/** Why a refresh did not succeed although the session may be alive. */
export interface RefreshFailure {
  kind: 'network' | 'http' | 'misconfigured' | 'cool-down'
  /** A stable code of ours. */
  code: string
  message: string
  status?: number
  error?: string
  member?: string
}

/** No token request from `since` until `until` (ms since the epoch). */
export interface BackOff {
  failures: number
  since: number
  until: number
  failure: RefreshFailure
}

/** A session from before the broker, by the SHA-256 digests of its tokens: other pages may still hold them. */
export interface Adopted {
  sessionId: string
  access?: string
  refresh?: string
}

/** Never logged in, or logged out. */
export interface AnonymousSession {
  status: 'anonymous'
  /** Whether the pages know that a login is required. */
  noticed: boolean
  /** Whose answers the HTTP cache may still hold; '' for a user whose subject is unknown. */
  formerSubject?: string
  /** The session that was logged out. */
  formerSessionId?: string
  followsOtherUser?: boolean
  adopted?: Adopted
}

export interface ActiveSession extends Basis {
  status: 'active'
  tokens: TokenSet
  /** The journal: a token request was begun then (ms since the epoch), and its outcome is not known yet. */
  refreshStartedAt?: number
  /** The API that it was for, where it was not for the session's own token. */
  refreshStartedFor?: string
  /** The access tokens for further APIs, by their resource indicators (RFC 8707). */
  resources?: Readonly<Record<string, ResourceAccess>>
  backOff?: BackOff
  /** How many refreshes have followed each other much faster than the tokens' life explains. */
  hastyRefreshes?: number
  /** Whether another user was logged in before, whose answers the HTTP cache may still hold. */
  followsOtherUser?: boolean
  /** What was adopted once, in this session or before it. */
  adopted?: Adopted
  /** The last few access tokens of this session, by SHA-256 digest, where pages keep theirs. */
  retired?: string[]
  /** The page's last own request to the refresh endpoint, for servers whose form only the page knows. */
  lastRequest?: RecordedRequest
}

/** An access token for a further API; its refresh token is the session's, which every mint rotates. */
export type ResourceAccess = Pick<ActiveSession, 'generation' | 'tokens' | 'backOff' | 'hastyRefreshes'>

/** A request of a page, without any token. */
export interface RecordedRequest {
  url: string
  method: string
  headers: [string, string][]
  body: string
}

/** The one silent login that is tried for a lost session (OpenID Connect Core 1.0 §3.1.2.1, `prompt=none`). */
export interface SilentLogin {
  /** ms since the epoch */
  startedAt: number
  isOver: boolean
}

/** A session was lost; the tokens are gone. */
export interface LostSession extends Basis {
  status: 'login-required'
  reason: LoginRequiredReason
  subject?: string
  followsOtherUser?: boolean
  adopted?: Adopted
  /** Whether the pages have been told; a worker may die between the two. */
  announced: boolean
  silentLogin?: SilentLogin
}

export type Session = AnonymousSession | ActiveSession | LostSession

export const ANONYMOUS: AnonymousSession = { status: 'anonymous', noticed: false }

/** Whether `session` is alive and still the one that `basis` names, token and all. */
export const isCurrent = (session: Session, basis: Basis): session is ActiveSession =>
  isSameSession(session, basis) && session.generation === basis.generation

/** Whether `session` is alive and the one that `basis` names, refreshed since or not. */
export const isSameSession = (session: Session, basis: Basis): session is ActiveSession =>
  session.status === 'active' && session.sessionId === basis.sessionId

/**
 * Whether `session` may go on with what began as `began`: it is the same one, or one of the same user, who had to log
 * in again. A user whose subject is unknown is nobody's same user.
 */
export const mayContinue = (
  session: Session,
  began: Basis,
  subject: string | undefined,
): session is ActiveSession =>
  session.status === 'active' &&
  (session.sessionId === began.sessionId || (subject !== undefined && session.tokens.subject === subject))

/** Who is, or was, logged in; undefined where nobody is, or where no one can tell. */
export const subjectOf = (session: Session): string | undefined =>
  session.status === 'active'
    ? session.tokens.subject
    : session.status === 'login-required'
      ? session.subject
      : undefined

/** A clock that was set back must not stretch a back-off by as much. */
export const isBackingOff = ({ backOff }: ActiveSession, now: number): boolean =>
  backOff !== undefined && now >= backOff.since && now < backOff.until

/** Whether the HTTP cache may answer this session's requests with what another user was told. */
export const followsOtherUser = (session: Session): boolean =>
  session.status === 'active'
    ? session.followsOtherUser === true
    : session.status === 'anonymous' && session.formerSubject !== undefined
