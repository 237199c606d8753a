import { isSameLogin } from './core/adoption.ts'
import { lifetimeOf, schedule } from './core/freshness.ts'
import { hasPlaceholder } from './core/placeholder.ts'
import type { Adopted } from './core/session.ts'
import { jwtClaims } from './platform/jwt.ts'
import type { Clock } from './platform/ports.ts'
import { newSessionId } from './platform/session-id.ts'
import { masksOf, subjectIn, type AnswerFormat } from './platform/token-answer.ts'
import { digestOf } from './platform/token-digest.ts'
import type { TokensByName } from './protocol/messages.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface AdopterPorts {
  keeper: SessionKeeper
  clock: Clock
  format: AnswerFormat
}

/** @returns what the page keeps in place of each token; undefined where it must go on as it is */
export type Adopter = (shown: TokensByName) => Promise<TokensByName | undefined>

/**
 * Takes over the session that a page has from before the broker. Only an anonymous broker does: what lies in a page's
 * storage may be old or somebody else's, and never replaces a session.
 */
export const adopter =
  ({ keeper, clock, format }: AdopterPorts): Adopter =>
  async ({ access_token: access, refresh_token: refresh }) => {
    if (hasPlaceholder(`${access} ${refresh}`) || !(access || refresh)) return undefined
    const claims = jwtClaims(access)
    const tokens = {
      accessToken: access ?? '',
      refreshToken: refresh,
      subject: subjectIn(claims, format.fields),
      ...schedule(clock.now(), lifetimeOf(undefined, 's', claims, undefined), clock.random()),
    }
    const adopted: Adopted = {
      sessionId: newSessionId(),
      access: access && (await digestOf(access)),
      refresh: refresh && (await digestOf(refresh)),
    }
    const { sessionId } = adopted
    const session = await keeper.dispatch({ type: 'logged-in', sessionId, tokens, adopted, replaces: null })
    if (session.status !== 'active') return undefined

    const { accessToken, refreshToken } = session.tokens
    // By the server's own clock: tokens that are newer than the session's may be all that is alive.
    const current = jwtClaims(accessToken)
    const isOlder =
      tokens.subject !== undefined &&
      tokens.subject === subjectIn(current, format.fields) &&
      Number(claims?.iat) <= Number(current?.iat)
    if (!isSameLogin(session.adopted, adopted) && !isOlder) return undefined
    const masks = masksOf(session.tokens, session, format)
    return {
      access_token: access && (masks.get(accessToken) ?? accessToken),
      refresh_token: refresh && refreshToken && masks.get(refreshToken),
    }
  }
