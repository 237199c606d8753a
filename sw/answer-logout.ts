import { placeholdersIn, substituted, type Carriers } from './core/carriers.ts'
import { basisOf, hasPlaceholder, withTokens } from './core/placeholder.ts'
import type { ActiveSession, Basis } from './core/session.ts'
import { authorizedRequest, withBody } from './platform/authorized-request.ts'
import { contentOf, encoderFor } from './platform/request-content.ts'
import { carriedBy } from './platform/request-facts.ts'
import type { Clock, Fetch, TokenEndpoint } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LogoutPorts {
  keeper: SessionKeeper
  endpoint: TokenEndpoint
  clock: Clock
  fetch: Fetch
  carriers: Carriers
  /** Whether the refresh token is in a cookie. */
  byCookie: boolean
  /** The body of a logout request that the page has left empty; undefined where none is wanted. */
  logoutBody: (session: ActiveSession) => string | undefined
}

/** A page's own logout request: the session ends, and the page gets the server's answer. */
export type LogoutAnswerer = (request: Request) => Promise<Response>

export interface Logout {
  /** `broker.logout()`: the session ends here and now; the server is told best-effort. */
  command(): Promise<void>
  answer: LogoutAnswerer
}

/** How long a page that logs out waits for the server to know it, ms. */
const REVOKE_WAIT = 2000

export function logout({
  keeper,
  endpoint,
  clock,
  fetch,
  carriers,
  byCookie,
  logoutBody,
}: LogoutPorts): Logout {
  /**
   * Takes the tokens out and clears the store first, so that nothing that happens later can bring them back. A page
   * that shows the placeholder of another session must not end this one.
   */
  const end = async (shown?: Basis): Promise<ActiveSession | undefined> => {
    const { before } = await keeper.change({ type: 'logged-out', sessionId: shown?.sessionId })
    const isEnded = before.status === 'active' && (!shown || shown.sessionId === before.sessionId)
    return isEnded ? before : undefined
  }

  return {
    async command() {
      const session = await end()
      // A cookie may outlive the session that is known here.
      const tokens = session?.tokens ?? (byCookie ? { accessToken: '', receivedAt: 0 } : undefined)
      if (tokens) await clock.within(REVOKE_WAIT, endpoint.revoke(tokens))
    },
    async answer(request) {
      const { text } = await contentOf(request)
      const carried = carriedBy(request, carriers)
      const session = await end(basisOf(placeholdersIn(carried, carriers)) ?? basisOf(text))
      const authorized = authorizedRequest(request, substituted(carried, carriers, session).headers)
      return fetch(session ? await withTokensInBody(authorized, session) : authorized)
    },
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
