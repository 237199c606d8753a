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
  /** The body of a logout request that the page has left empty; undefined where none is wanted. */
  logoutBody: (session: ActiveSession) => string | undefined
}

/** A page's own logout request: the session ends, and the page gets the server's answer. */
export type LogoutAnswerer = (request: Request) => Promise<Response>

export function logoutAnswerer(ports: LogoutPorts): LogoutAnswerer {
  const { keeper, endpoint, fetch, carriers, logoutBody } = ports
  return async (request) => {
    const { text, contentType } = await contentOf(request)
    const carried = carriedBy(request, carriers)
    const session = await endSession(keeper, basisOf(placeholdersIn(carried, carriers)) ?? basisOf(text))

    /** With the tokens where the page has put placeholders, or those that the server wants where it has put nothing. */
    const send = async (active?: ActiveSession): Promise<Response> => {
      const { headers } = substituted(carried, carriers, active)
      const authorized = detached(authorizedRequest(request.clone(), headers))
      if (active && hasPlaceholder(text)) {
        const body = withTokens(text, active.sessionId, active.tokens, encoderFor(contentType))
        return fetch(withBody(authorized, body))
      }
      const body = active && text === '' && request.method === 'POST' ? logoutBody(active) : undefined
      if (body === undefined) return fetch(authorized)
      authorized.headers.set('Content-Type', 'application/json')
      return fetch(withBody(authorized, body))
    }

    if (!session) return send()
    let answer: Response | undefined
    await endpoint.revoke(session, async (active) => (answer = await send(active)))
    return answer ?? Response.error()
  }
}
