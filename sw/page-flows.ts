import { adopter, type Adopter } from './adopt-session.ts'
import { loginAnswerer } from './answer-login.ts'
import { logoutAnswerer } from './answer-logout.ts'
import { refreshAnswerer } from './answer-refresh.ts'
import { authenticator, type Authenticator } from './authenticate-request.ts'
import type { Carriers } from './core/carriers.ts'
import { ANONYMOUS, type ActiveSession } from './core/session.ts'
import type { InTurn } from './in-turn.ts'
import { requestWithPlaceholders } from './platform/page-tokens.ts'
import type { Clock, Fetch, TokenEndpoint } from './platform/ports.ts'
import type { AnswerFormats } from './platform/token-answer.ts'
import type { Refresher } from './refresh-session.ts'
import { renewingSend, type Send } from './renew-from-answer.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface PageFlowPorts {
  keeper: SessionKeeper
  refresher: Refresher
  clock: Clock
  fetch: Fetch
  carriers: Carriers
  formats: AnswerFormats
  byCookie: boolean
  renewedIn?: string
  endpoint: TokenEndpoint
  logoutBody: (session: ActiveSession) => string | undefined
  turn: InTurn
}

/** What there is to do where pages log in, refresh and hold tokens by themselves; `oauth` has no such pages. */
export interface PageFlows {
  authenticate: Authenticator
  /** The request with placeholders for tokens of ours that pages still hold. */
  marked: (request: Request, inBody: boolean) => Promise<Request>
  adopt: Adopter
  /** Keeps the new tokens that answers of the API bring. */
  renewing: (send: Send) => Send
}

export function pageFlows(ports: PageFlowPorts): PageFlows {
  const { keeper, clock, carriers, formats, renewedIn, turn } = ports
  const login = { ...ports, fetch: (request: Request) => turn(() => ports.fetch(request)) }
  const marked = async (request: Request, inBody: boolean): Promise<Request> => {
    const session = await Promise.resolve(keeper.current()).catch(() => ANONYMOUS)
    return requestWithPlaceholders(request, session, carriers, inBody)
  }
  return {
    authenticate: authenticator({
      keeper,
      login: loginAnswerer({ ...login, format: formats.login }),
      refresh: refreshAnswerer({ ...login, format: formats.refresh }),
      logout: logoutAnswerer(ports),
      marked,
    }),
    marked,
    adopt: adopter({ ...ports, format: formats.login }),
    renewing: (send) =>
      renewedIn === undefined ? send : renewingSend(send, renewedIn, keeper, clock, formats.refresh),
  }
}
