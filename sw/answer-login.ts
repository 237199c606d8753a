import { isObject } from './protocol/guards.ts'
import type { Basis } from './core/session.ts'
import { faultOf } from './core/token-error.ts'
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
        message: `The login answer has ${faultOf(wrongMember)}, which was ignored. Check 'fields'.`,
        status: response.status,
        member: wrongMember,
      })
    }
    // It may be no fault: a second factor may be pending.
    if (!tokens) {
      if (wrongMember === undefined) await tellOfMembers(keeper, response).catch(() => undefined)
      return response
    }
    const basis: Basis = { sessionId: newSessionId(), generation: 1 }
    await keeper.dispatch({ type: 'logged-in', sessionId: basis.sessionId, tokens })
    return maskedResponse(response, tokens.answer?.body ?? '', masksOf(tokens, basis, format))
  }

/** What a token is called by servers that do not call it `access_token`. */
const SEEMS_A_TOKEN = /"(?:access_?token|access|token|jwt)"\s*:\s*"[^"]/i

/** A developer may have forgotten `fields`; an answer with nothing like a token is a step of a longer login. */
async function tellOfMembers(keeper: SessionKeeper, response: Response): Promise<void> {
  const text = await response.clone().text()
  if (!SEEMS_A_TOKEN.test(text)) return
  const json: unknown = JSON.parse(text)
  if (!isObject(json)) return
  await keeper.tell({
    type: 'broker-error',
    code: 'no-access-token',
    message: `The login answer has ${faultOf(undefined, json)}. Check 'fields', unless a second step follows.`,
    status: response.status,
  })
}
