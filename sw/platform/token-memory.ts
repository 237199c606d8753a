import type { Session } from '../core/session.ts'

/** The marker that is stored where tokens must not be: a session exists, and when its token expires. */
export function withoutTokens(session: Session): Session {
  if (session.status !== 'active') return session
  const { refreshToken: _, answer: __, idToken: ____, ...rest } = session.tokens
  const { lastRequest: ___, resources: _____, ...marker } = session
  return { ...marker, tokens: { ...rest, accessToken: '' } }
}

/** The marker joined with the tokens that this worker still has in memory, if they are of the same generation. */
export const withTokensOf = (memory: Session | undefined, marker: Session): Session =>
  marker.status === 'active' &&
  memory?.status === 'active' &&
  marker.sessionId === memory.sessionId &&
  marker.generation === memory.generation
    ? { ...marker, tokens: memory.tokens, lastRequest: memory.lastRequest, resources: memory.resources }
    : marker
