import type { Basis } from './core/session.ts'
import { placeholdersIn, substituted, type Carriers } from './core/carriers.ts'
import { authorizedRequest } from './platform/authorized-request.ts'
import { carriedBy } from './platform/request-facts.ts'
import { newSessionId } from './platform/session-id.ts'
import { maskedResponse, masksOf, readTokenAnswer, type AnswerFormat } from './platform/token-answer.ts'
import type { Clock, Fetch } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LoginPorts {
  keeper: SessionKeeper
  clock: Clock
  fetch: Fetch
  format: AnswerFormat
  carriers: Carriers
}

/** Sends a login as it is, keeps the tokens that its answer brings, and gives the page the answer without them. */
export const loginAnswerer =
  ({ keeper, clock, fetch, format, carriers }: LoginPorts) =>
  async (request: Request): Promise<Response> => {
    // An interceptor may add the placeholder of the session before, which means nothing to a server.
    const carried = carriedBy(request, carriers)
    const isStale = placeholdersIn(carried, carriers) !== ''
    const { headers } = substituted(carried, carriers, undefined)
    const response = await fetch(isStale ? authorizedRequest(request, headers) : request)
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
    return maskedResponse(response, tokens.answer?.body ?? '', masksOf(tokens, basis, format))
  }
