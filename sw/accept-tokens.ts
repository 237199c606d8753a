import { faultOf } from './core/token-error.ts'
import { newSessionId } from './platform/session-id.ts'
import { readTokenAnswer, type AnswerFormat } from './platform/token-answer.ts'
import type { Clock } from './platform/ports.ts'
import type { CommandError } from './protocol/messages.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** Begins a session with a token response that a page has got by itself. @returns why it could not */
export type TokenAcceptor = (tokenResponse: unknown) => Promise<CommandError | undefined>

export interface TokenAcceptorPorts {
  keeper: SessionKeeper
  clock: Clock
  format: AnswerFormat
}

export const tokenAcceptor =
  ({ keeper, clock, format }: TokenAcceptorPorts): TokenAcceptor =>
  async (tokenResponse) => {
    const { tokens, wrongMember } = await readTokenAnswer(Response.json(tokenResponse), format, clock)
    if (!tokens || wrongMember !== undefined)
      return {
        code: 'invalid-token-response',
        message: `setSession() got ${faultOf(wrongMember, tokenResponse)}. Check 'fields'.`,
      }
    await keeper.dispatch({ type: 'logged-in', sessionId: newSessionId(), tokens })
    return undefined
  }

/** What a page is told where the option is off. */
export const TOKENS_NOT_ACCEPTED: CommandError = {
  code: 'tokens-not-accepted',
  message: "setSession() needs the worker's option acceptTokens: true",
}
