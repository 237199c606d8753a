import { hasPlaceholder } from './core/placeholder.ts'
import { isSameSession, type ActiveSession, type Session, type TokenSet } from './core/session.ts'
import { withoutScheme } from './core/token-response.ts'
import type { Clock } from './platform/ports.ts'
import { maskedResponse, masksOf, renewedTokens, type AnswerFormat } from './platform/token-answer.ts'
import { digestOf } from './platform/token-digest.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** Sends a request that has its token. */
export type Send = (request: Request, session: ActiveSession | undefined) => Promise<Response>

/**
 * Sends a request, and keeps the new token that its answer may bring in `header` (a sliding session). In its place the page
 * gets a placeholder, or, where pages keep access tokens (`reveal`), the session's current one: that is known when it comes
 * back, as one that has lost to a newer one is not. A token that is the current one costs nothing.
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
    const isNews = (session: Session, tried?: string): session is ActiveSession =>
      isSameSession(session, sent) && ![accessToken, tried].includes(session.tokens.accessToken)
    // Before the page has the answer, lest its next request goes out with a token that the server has replaced.
    let session = await keeper.current()
    let replaced: string | undefined
    while (isNews(session, replaced)) {
      replaced = session.tokens.accessToken
      const retired = reveal ? await digestOf(replaced) : undefined
      // Refused where another answer has meanwhile replaced the token that would be retired.
      session = await keeper.dispatch({ type: 'renewed', basis: sent, tokens, replaced, retired })
    }
    const owner = isSameSession(session, sent) ? session : sent
    return maskedResponse(
      response,
      undefined,
      reveal ? new Map([[accessToken, owner.tokens.accessToken]]) : masksOf(tokens, owner),
    )
  }
