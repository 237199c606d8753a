import type { LoginRequiredReason } from '../protocol/messages.ts'
import { isSameLogin } from './adoption.ts'
import { sessionFor, withAccess } from './resource-access.ts'
import {
  ANONYMOUS,
  isBackingOff,
  isCurrent,
  isSameSession,
  subjectOf,
  type ActiveSession,
  type Adopted,
  type BackOff,
  type Basis,
  type LostSession,
  type RecordedRequest,
  type Session,
  type TokenSet,
} from './session.ts'

export interface RefreshStarted {
  type: 'refresh-started'
  basis: Basis
  /** ms since the epoch */
  at: number
  ignoreBackOff: boolean
}

export interface LoggedIn {
  type: 'logged-in'
  sessionId: string
  tokens: TokenSet
  /** The session that the login must find, null for none; where it is left out, whichever there is. */
  replaces?: string | null
  /** Where the session is not new, but one from before the broker. */
  adopted?: Adopted
}

export interface LoggedOut {
  type: 'logged-out'
  /** The session that ends, null for none; where it is left out, whichever there is. */
  sessionId?: string | null
}

/** The refresh token that a token request has spent: a request for another API may have rotated it since. */
interface Spent {
  basis: Basis
  spent?: string
}

interface Refreshed extends Spent {
  type: 'refreshed'
  tokens: TokenSet
  /** The digest of the token that is replaced, where pages may still show it. */
  retired?: string
}

interface Lost extends Spent {
  type: 'lost'
  reason: LoginRequiredReason
}

export type SessionEvent =
  | LoggedIn
  | RefreshStarted
  | Refreshed
  | { type: 'renewed'; basis: Basis; tokens: TokenSet; replaced: string; retired?: string }
  | { type: 'refresh-failed'; basis: Basis; backOff: BackOff }
  | Lost
  | { type: 'unauthorized' }
  | { type: 'announced'; basis: Basis }
  | { type: 'silent-login-started'; basis: Basis; at: number }
  | { type: 'silent-login-ended'; basis: Basis }
  | { type: 'page-refresh'; sessionId: string; request: RecordedRequest }
  | LoggedOut

/** Whether a back-off keeps a refresh from the token endpoint. */
export const isHeldOff = (session: ActiveSession, { at, ignoreBackOff }: RefreshStarted): boolean =>
  !ignoreBackOff && isBackingOff(session, at)

/**
 * The only way in which a session changes.
 * @returns the same object where the event is stale, so that a refresh that ends after a logout changes nothing
 */
export function transition(session: Session, event: SessionEvent): Session {
  const resource = 'basis' in event ? event.basis.resource : undefined
  if (resource === undefined || session.status !== 'active') return next(session, event)
  const before = sessionFor(session, resource)
  const after = next(before, event)
  if (after === before) return session
  return after.status === 'active' ? withAccess(session, resource, after) : after
}

function next(session: Session, event: SessionEvent): Session {
  switch (event.type) {
    case 'logged-in':
      return loggedIn(session, event)
    case 'logged-out':
      return loggedOut(session, event)
    case 'page-refresh':
      return session.status === 'active' && session.sessionId === event.sessionId
        ? { ...session, lastRequest: event.request }
        : session
    case 'unauthorized':
      return session.status === 'anonymous' && !session.noticed ? { ...session, noticed: true } : session
    case 'announced':
      return isUnannounced(session, event.basis) ? { ...session, announced: true } : session
    case 'silent-login-started':
      return isUnannounced(session, event.basis) && !session.silentLogin
        ? { ...session, silentLogin: { startedAt: event.at, isOver: false } }
        : session
    case 'silent-login-ended':
      return isUnannounced(session, event.basis) && session.silentLogin?.isOver !== true
        ? { ...session, silentLogin: { startedAt: 0, ...session.silentLogin, isOver: true } }
        : session
    case 'refresh-started':
      return isCurrent(session, event.basis) && !isHeldOff(session, event)
        ? { ...session, refreshStartedAt: event.at, refreshStartedFor: event.basis.resource }
        : session
    case 'refreshed':
      return isCurrent(session, event.basis) ? refreshed(session, event) : session
    case 'renewed':
      return isSameSession(session, event.basis) ? renewed(session, event) : session
    case 'refresh-failed': {
      if (!isCurrent(session, event.basis)) return session
      return {
        ...session,
        refreshStartedAt: undefined,
        refreshStartedFor: undefined,
        backOff: event.backOff,
      }
    }
    case 'lost':
      return isCurrent(session, event.basis) && !isRotated(session, event)
        ? lost(session, event.reason)
        : session
  }
}

const isUnannounced = (session: Session, { sessionId }: Basis): session is LostSession =>
  session.status === 'login-required' && session.sessionId === sessionId && !session.announced

function loggedIn(before: Session, { sessionId, tokens, replaces, adopted }: LoggedIn): Session {
  const [current, last] =
    before.status === 'anonymous' ? [null, before.formerSessionId] : [before.sessionId, before.sessionId]
  // What is stored twice, after a fault of the store, brings back neither an old generation nor a session that is over.
  if (sessionId === last || (replaces !== undefined && replaces !== current)) return before
  // What was adopted is not adopted again after its session has ended.
  if (adopted && isSameLogin(before.adopted, adopted)) return before
  // Once true it stays so: nothing tells when the last answer of the user before has left the HTTP cache.
  const followsOtherUser = before.followsOtherUser || isOtherUser(cacheOwner(before), tokens.subject)
  const known = adopted ?? before.adopted
  return { status: 'active', sessionId, generation: 1, tokens, followsOtherUser, adopted: known }
}

function loggedOut(session: Session, { sessionId }: LoggedOut): Session {
  if (session.status === 'anonymous') return session.noticed ? { ...session, noticed: false } : session
  if (sessionId !== undefined && sessionId !== session.sessionId) return session
  const { sessionId: formerSessionId, followsOtherUser, adopted } = session
  return { ...ANONYMOUS, formerSubject: cacheOwner(session), formerSessionId, followsOtherUser, adopted }
}

const isOtherUser = (former: string | undefined, subject: string | undefined): boolean =>
  former !== undefined && (former === '' || former !== subject)

/** Whether the user has logged out, or may be another one now. */
export function isUserGone(before: Session, after: Session): boolean {
  switch (after.status) {
    case 'anonymous':
      return before.status !== 'anonymous'
    case 'login-required':
      return false
    case 'active':
      return (
        (before.status === 'anonymous' || before.sessionId !== after.sessionId) &&
        isOtherUser(cacheOwner(before), after.tokens.subject)
      )
  }
}

/** Whose answers the HTTP cache may hold: '' for somebody unknown, undefined for nobody's. */
const cacheOwner = (session: Session): string | undefined =>
  session.status === 'anonymous' ? session.formerSubject : (subjectOf(session) ?? '')

const isRotated = ({ tokens }: ActiveSession, { spent }: Spent): boolean =>
  spent !== undefined && spent !== tokens.refreshToken

function refreshed(session: ActiveSession, event: Refreshed): ActiveSession {
  const { refreshToken } = session.tokens
  const { retired } = event
  const fresh = isRotated(session, event) ? { ...event.tokens, refreshToken } : event.tokens
  const hastyRefreshes = isHasty(session.tokens, fresh) ? (session.hastyRefreshes ?? 0) + 1 : 0
  const { lastRequest, followsOtherUser, adopted, resources } = session
  return {
    status: 'active',
    sessionId: session.sessionId,
    generation: session.generation + 1,
    tokens: withKept(session.tokens, fresh),
    hastyRefreshes,
    backOff: hastyRefreshes < MOST_HASTY ? undefined : coolDown(fresh.receivedAt, hastyRefreshes),
    followsOtherUser,
    adopted,
    retired: retiredWith(session, retired),
    lastRequest,
    resources,
  }
}

/**
 * The newest of many parallel answers wins, in whatever order they come. A refresh that is under way brings a token
 * anyway, which its refresh token was spent for.
 */
function renewed(
  session: ActiveSession,
  { basis, tokens: fresh, replaced, retired }: Extract<SessionEvent, { type: 'renewed' }>,
): ActiveSession {
  const { tokens, generation, refreshStartedAt } = session
  const isNewer = isCurrent(session, basis) || isNewerThan(tokens, fresh)
  if (tokens.accessToken !== replaced || refreshStartedAt !== undefined || !isNewer) return session
  return {
    ...session,
    generation: generation + 1,
    tokens: withKept(tokens, fresh),
    retired: retiredWith(session, retired),
  }
}

const isNewerThan = (old: TokenSet, fresh: TokenSet): boolean =>
  old.exp !== undefined && fresh.exp !== undefined && old.exp !== fresh.exp
    ? fresh.exp > old.exp
    : (fresh.renewedFrom ?? 0) >= (old.renewedFrom ?? old.receivedAt)

/** So many of the last access tokens of a session are known again. */
const MOST_RETIRED = 8

const retiredWith = ({ retired }: ActiveSession, last: string | undefined): string[] | undefined =>
  last === undefined ? retired : [last, ...(retired ?? [])].slice(0, MOST_RETIRED)

/** Hasty: within half of the old token's life, and within a few seconds. */
function isHasty(old: TokenSet, fresh: TokenSet): boolean {
  const life = (old.expiresAt ?? Number.POSITIVE_INFINITY) - old.receivedAt
  const age = fresh.receivedAt - old.receivedAt
  return age >= 0 && age < Math.min(HASTE, life / 2)
}

/** ms */
const HASTE = 2000
const MOST_HASTY = 5
/** ms */
const COOL_DOWN = 1000
const COOL_DOWN_CAP = 60_000

/** Ends every loop of refreshes, whatever makes the server refuse brand-new tokens. */
const coolDown = (now: number, hastyRefreshes: number): BackOff => ({
  failures: 0,
  since: now,
  until: now + Math.min(COOL_DOWN_CAP, COOL_DOWN * 2 ** (hastyRefreshes - MOST_HASTY)),
  failure: {
    kind: 'cool-down',
    code: 'refresh-loop',
    message: 'The API refuses tokens that are brand-new; the next refresh waits. The session is kept.',
  },
})

/** A token response without `refresh_token` or `scope` leaves them as they were (RFC 6749 §5.1, §6). */
export const withKept = (old: TokenSet, fresh: TokenSet): TokenSet => ({
  ...fresh,
  refreshToken: fresh.refreshToken ?? old.refreshToken,
  scope: fresh.scope ?? old.scope,
  subject: fresh.subject ?? old.subject,
  claims: fresh.claims ?? old.claims,
  idToken: fresh.idToken ?? old.idToken,
})

const lost = (
  { sessionId, generation, tokens, followsOtherUser, adopted }: ActiveSession,
  reason: LoginRequiredReason,
): LostSession => ({
  status: 'login-required',
  sessionId,
  generation,
  reason,
  announced: false,
  subject: tokens.subject,
  followsOtherUser,
  adopted,
})
