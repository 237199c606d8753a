import { hasPlaceholder } from './core/placeholder.ts'
import { isSameSession, type ActiveSession, type TokenSet } from './core/session.ts'
import { withoutScheme } from './core/token-response.ts'
import type { Clock } from './platform/ports.ts'
import { renewedTokens, withMaskedHeader, type AnswerFormat } from './platform/token-answer.ts'
import { digestOf } from './platform/token-digest.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** Sends a request that has its token. */
type Send = (request: Request, session: ActiveSession | undefined) => Promise<Response>

/**
 * Sends a request, keeps the new token that its answer may bring in `header` (a sliding session), and gives the page a
 * placeholder for it, where pages do not keep the access token (`reveal`). A token that is the current one costs nothing.
 */
export const renewingSend =
  (
    send: Send,
    header: string,
    keeper: SessionKeeper,
    clock: Clock,
    { fields, reveal }: Pick<AnswerFormat, 'fields' | 'reveal'>,
  ): Send =>
  async (request, sent) => {
    const askedAt = clock.now()
    const response = await send(request, sent)
    const accessToken = withoutScheme(response.headers.get(header) ?? '')
    if (!sent || accessToken === '' || hasPlaceholder(accessToken)) return response
    const tokens: TokenSet = renewedTokens(accessToken, response, askedAt, clock, fields)
    const current = await keeper.current()
    const isNews = isSameSession(current, sent) && current.tokens.accessToken !== accessToken
    // Before the page has the answer, lest its next request goes out with a token that the server has replaced.
    const retired = isNews && reveal ? await digestOf(current.tokens.accessToken) : undefined
    const session = isNews
      ? await keeper.dispatch({ type: 'renewed', basis: sent, tokens, retired })
      : current
    if (reveal) return response
    return withMaskedHeader(response, header, tokens, isSameSession(session, sent) ? session : sent)
  }
