import type { Route } from 'workbox-routing/Route.js'
import { loginAnswerer } from './answer-login.ts'
import { logout as logoutFlow } from './answer-logout.ts'
import { refreshAnswerer } from './answer-refresh.ts'
import { commandListener } from './answer-commands.ts'
import { requestAnswerer } from './answer-request.ts'
import { authorizer } from './authorize-request.ts'
import type { Circumstances } from './core/session-info.ts'
import { landing, type Navigate } from './land.ts'
import { heldRequests } from './hold-requests.ts'
import { takeOver } from './lifecycle.ts'
import { resolveOptions, type TokenBrokerOptions } from './options.ts'
import { systemClock } from './platform/clock.ts'
import { sessionStore } from './platform/session-store.ts'
import { webLock } from './platform/web-lock.ts'
import { windowClients } from './platform/window-clients.ts'
import { refresher as refreshFlow } from './refresh-session.ts'
import { listen, listenForOtherMethods, workboxRoutes } from './routes.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'

declare const self: ServiceWorkerGlobalScope

export interface TokenBroker {
  /** For an app that owns a Workbox router: register them before its own. */
  readonly routes: readonly Route[]
  /**
   * For an app that has a `fetch` listener of its own: ask it first, and answer the event with what it returns.
   * @returns undefined for a request that is not the broker's; the app does with it what it likes
   */
  handle(event: FetchEvent): Promise<Response> | undefined
  /** For a worker that has nothing else: listens, takes over at once and adds static routes. */
  start(): void
}

/**
 * Makes a broker of this service worker. Call it while the worker's script is first evaluated.
 * @throws TypeError naming an option that is missing, unknown or of the wrong type
 */
export function createTokenBroker(options: TokenBrokerOptions): TokenBroker {
  const { policy, auth, name, storage, tokenRequestTimeout, waitTimeout, replayLimit, ...hold } =
    resolveOptions(options)
  const { header, scheme, formats, byCookie, logoutBody } = auth
  const scope = `sw-token-broker:${name}`
  const clock = systemClock

  const announcer = windowClients(name)
  const { endpoint, send, navigate } = auth.connect({
    clock,
    timeout: tokenRequestTimeout,
    database: scope,
    report: (announcement) => void announcer.post([announcement]),
  })
  const ownUrl = (path: string | undefined): string | undefined => path && new URL(path, location.origin).href
  const loginUrl = hold.loginUrl ?? ownUrl(auth.reserved?.login)
  const circumstances: Circumstances = { loginUrl, canRefresh: (tokens) => endpoint.canRefresh(tokens) }
  const store = sessionStore({
    name: scope,
    clock,
    keepTokens: storage === 'indexeddb',
    onFault: () => void announcer.post([STORE_UNAVAILABLE]),
    onForeignChange: () => keeper.changed(),
    onLateWrite: (change) => keeper.announce(change),
  })
  const keeper: SessionKeeper = sessionKeeper(store, announcer, circumstances)
  const refresher = refreshFlow({ keeper, lock: webLock(scope), endpoint, clock, waitLimit: waitTimeout })
  const authorize = authorizer({
    keeper,
    refresher,
    endpoint,
    clock,
    fetch: send ?? ((request) => fetch(request)),
    held: hold.whenLoginRequired === 'hold' ? heldRequests(keeper, clock, hold.holdTimeout) : undefined,
    header,
    scheme,
    replayLimit,
  })
  const login = loginAnswerer({ keeper, clock, format: formats.login, header })
  const logout = logoutFlow({ keeper, endpoint, clock, header, scheme, byCookie, logoutBody })
  const navigation: Navigate | undefined = navigate && ((url, path) => navigate(url, path, keeper))
  const { isOurs, answer } = requestAnswerer(name, policy, header, keeper, {
    authorize,
    login,
    refresh: refreshAnswerer({ keeper, refresher, clock, format: formats.refresh, header, byCookie }),
    logout: logout.answer,
    navigate: navigation,
  })

  self.addEventListener(
    'message',
    commandListener({
      name,
      circumstances,
      keeper,
      refresher,
      clock,
      logout: () => logout.command(),
      logoutUrl: ownUrl(auth.reserved?.logout),
      land: landing(auth.reserved, navigation),
    }),
  )

  listenForOtherMethods(answer)
  const routes = workboxRoutes(isOurs, answer)
  return {
    routes,
    handle: (event) => answer(event.request, event),
    start() {
      takeOver(policy)
      listen(routes)
    },
  }
}

const STORE_UNAVAILABLE = {
  type: 'broker-error',
  code: 'store-unavailable',
  message: 'IndexedDB does not answer or refuses to write; the session is kept in memory until it does.',
} as const
