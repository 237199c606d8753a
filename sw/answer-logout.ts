import { placeholdersIn, substituted, type Carriers } from './core/carriers.ts'
import { basisOf, hasPlaceholder, withTokens } from './core/placeholder.ts'
import type { ActiveSession } from './core/session.ts'
import { endSession } from './end-session.ts'
import { authorizedRequest, detached, withBody } from './platform/authorized-request.ts'
import { contentOf, encoderFor } from './platform/request-content.ts'
import { carriedBy } from './platform/request-facts.ts'
import type { Fetch, TokenEndpoint } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LogoutPorts {
  keeper: SessionKeeper
  endpoint: TokenEndpoint
  fetch: Fetch
  carriers: Carriers
  attach: 'add' | 'replace'
  /** The body of a logout request that the page has left empty; undefined where none is wanted. */
  logoutBody: (session: ActiveSession) => string | undefined
}

/** A page's own logout request: the session ends, and the page gets the server's answer. */
export type LogoutAnswerer = (request: Request) => Promise<Response>

export function logoutAnswerer({
  keeper,
  endpoint,
  fetch,
  carriers,
  attach,
  logoutBody,
}: LogoutPorts): LogoutAnswerer {
  return async (request) => {
    const { text } = await contentOf(request)
    const carried = carriedBy(request, carriers)
    const session = await endSession(keeper, basisOf(placeholdersIn(carried, carriers)) ?? basisOf(text))
    // An app that puts its tokens there itself has said where: a server may refuse an expired one beside.
    const isComplete = attach === 'replace' && hasPlaceholder(text)
    const send = async (active: ActiveSession | undefined): Promise<Response> => {
      const { headers } = substituted(carried, carriers, active)
      const authorized = authorizedRequest(
        request.clone(),
        new Map([...headers].filter(([name]) => !isComplete || carried.headers.has(name))),
      )
      return fetch(detached(active ? await withTokensInBody(authorized, active) : authorized))
    }
    if (!session) return send(session)
    let answer: Response | undefined
    await endpoint.revoke(session, async (active) => (answer = await send(active)))
    return answer ?? Response.error()
  }

  /** With the tokens where the page has put placeholders, or those that the server wants where it has put nothing. */
  async function withTokensInBody(request: Request, session: ActiveSession): Promise<Request> {
    const { text, contentType } = await contentOf(request)
    const body = hasPlaceholder(text)
      ? withTokens(text, session.sessionId, session.tokens, encoderFor(contentType))
      : text === '' && request.method === 'POST'
        ? logoutBody(session)
        : undefined
    if (body === undefined) return request
    const filled = withBody(request, body)
    if (text === '') filled.headers.set('Content-Type', 'application/json')
    return filled
  }
}
