import type { ActiveSession, ResourceAccess, Session } from './session.ts'

/** What a session has for an API that it was not asked for yet. */
const NONE: ResourceAccess = { generation: 0, tokens: { accessToken: '', receivedAt: 0 } }

/**
 * `session` as a request to `resource` (RFC 8707) sees it: with the access token for that API in the place of the
 * session's own, which `undefined` stands for. Whatever decides about the one so decides about the other.
 */
export function sessionFor(session: ActiveSession, resource: string | undefined): ActiveSession
export function sessionFor(session: Session, resource: string | undefined): Session
export function sessionFor(session: Session, resource: string | undefined): Session {
  if (resource === undefined || session.status !== 'active') return session
  const { generation, tokens, backOff, hastyRefreshes } = session.resources?.[resource] ?? NONE
  const { refreshToken, subject } = session.tokens
  return {
    ...session,
    resource,
    generation,
    tokens: { ...tokens, refreshToken, subject },
    backOff,
    hastyRefreshes,
  }
}

/** The inverse: `session` with what `seen`, its view for one API, has become. */
export function withAccess(session: ActiveSession, resource: string, seen: ActiveSession): ActiveSession {
  const { generation, backOff, hastyRefreshes, refreshStartedAt, refreshStartedFor } = seen
  const { refreshToken, accessToken, tokenType, scope, receivedAt, expiresAt, refreshAt } = seen.tokens
  const tokens = { accessToken, tokenType, scope, receivedAt, expiresAt, refreshAt }
  return {
    ...session,
    tokens: { ...session.tokens, refreshToken },
    refreshStartedAt,
    refreshStartedFor,
    resources: { ...session.resources, [resource]: { generation, tokens, backOff, hastyRefreshes } },
  }
}

/** What a token request was begun for whose outcome is not known: its worker may have died. */
export const begunRefresh = (session: ActiveSession): ActiveSession | undefined =>
  session.refreshStartedAt === undefined ? undefined : sessionFor(session, session.refreshStartedFor)
