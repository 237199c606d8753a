import type { Announcement } from './protocol/messages.ts'
import type { Carriers } from './core/carriers.ts'
import type { Endpoint, Navigation, Place, ReservedPaths } from './core/request-policy.ts'
import type { ActiveSession } from './core/session.ts'
import type { Database } from './platform/database.ts'
import type { Clock, Fetch, TokenEndpoint } from './platform/ports.ts'
import type { AnswerFormats } from './platform/token-answer.ts'
import type { IsExpired, Judge } from './judge-answer.ts'
import type { Land } from './land.ts'
import type { PageFlowPorts, PageFlows } from './page-flows.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SilentLoginFlow } from './silent-login.ts'

/** How tokens are had, refreshed and given up: what `jsonEndpoints` and `oauth` make for the option `auth`. */
export interface AuthMethod {
  /** Where pages log in, refresh and log out by themselves. */
  endpoints: readonly Endpoint[]
  /** Paths of the app whose navigations the worker answers. */
  reserved?: ReservedPaths
  /** Whether the callback is answered in a frame too. */
  framedCallback?: boolean
  /** Further APIs, each with an access token of its own (RFC 8707). */
  resources?: Resources
  carriers: Carriers
  formats: AnswerFormats
  byCookie: boolean
  /** The header of an API's answers that may bring a new access token. */
  renewedIn?: string
  isExpired?: IsExpired
  /** Absent where no page logs in or refreshes by itself. */
  pageFlows?: (ports: PageFlowPorts) => PageFlows
  connect: (environment: AuthEnvironment) => AuthConnection
  /** The body of a logout request that a page has left empty. */
  logoutBody: (session: ActiveSession) => string | undefined
}

export interface Resources {
  places: readonly Place[]
  /** The resource indicator for a URL; undefined where the session's own token is for it. */
  of: (url: string) => string | undefined
  /** @throws TypeError where one of them lies outside what is protected */
  check: (protect: readonly Place[]) => void
}

export interface AuthEnvironment {
  clock: Clock
  fetch: Fetch
  /** Asks the app whether an answer says that a token has expired. */
  judge?: Judge
  /** Of a token request, ms. */
  timeout: number
  /** Of the broker. */
  name: string
  database: Database
  /** Tells the pages. */
  report: (announcement: Announcement) => void
}

/** Answers a navigation to a reserved path. */
export type AnswerNavigation = (url: URL, path: Navigation, keeper: SessionKeeper) => Promise<Response>

export interface AuthConnection {
  endpoint: TokenEndpoint
  /** Sends a request that has its token already; default that of the environment. */
  send?: (request: Request, session: ActiveSession | undefined) => Promise<Response>
  navigate?: AnswerNavigation
  land?: Land
  silentLogin?: SilentLoginFlow
}
