import type { Basis } from './core/session.ts'
import { hasPlaceholder } from './core/placeholder.ts'
import { authorizedRequest } from './platform/authorized-request.ts'
import { newSessionId } from './platform/session-id.ts'
import { maskedResponse, masksOf, readTokenAnswer, type AnswerFormat } from './platform/token-answer.ts'
import type { Clock, Fetch } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LoginPorts {
  keeper: SessionKeeper
  clock: Clock
  fetch: Fetch
  format: AnswerFormat
  header: string
}

/** Sends a login as it is, keeps the tokens that its answer brings, and gives the page the answer without them. */
export const loginAnswerer =
  ({ keeper, clock, fetch, format, header }: LoginPorts) =>
  async (request: Request): Promise<Response> => {
    // An interceptor may add the placeholder of the session before, which means nothing to a server.
    const stale = hasPlaceholder(request.headers.get(header))
    const response = await fetch(stale ? authorizedRequest(request, header, undefined) : request)
    if (!response.ok) return response
    const { tokens, wrongMember } = await readTokenAnswer(response.clone(), format, clock)
    if (wrongMember !== undefined) {
      await keeper.tell({
        type: 'broker-error',
        code: 'invalid-token-response',
        message: `The login answer's member '${wrongMember}' has a wrong type and was ignored. Check 'fields'.`,
        status: response.status,
        member: wrongMember,
      })
    }
    // No token yet is no fault: a second factor may be pending.
    if (!tokens) return response
    const basis: Basis = { sessionId: newSessionId(), generation: 1 }
    await keeper.dispatch({ type: 'logged-in', sessionId: basis.sessionId, tokens })
    return maskedResponse(response, tokens.answer?.body ?? '', masksOf(tokens, basis))
  }
