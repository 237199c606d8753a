import type { Route } from 'workbox-routing/Route.js'
import { loginAnswerer } from './answer-login.ts'
import { logout as logoutFlow } from './answer-logout.ts'
import { refreshAnswerer } from './answer-refresh.ts'
import { commandListener } from './answer-commands.ts'
import { authorizer } from './authorize-request.ts'
import type { Circumstances } from './core/session-info.ts'
import { decideRequest, reservedPath, type RequestDecision } from './core/request-policy.ts'
import { heldRequests } from './hold-requests.ts'
import { takeOver } from './lifecycle.ts'
import { CUTS_ANSWERS, tellOfLongAnswer } from './long-answers.ts'
import { resolveOptions, type TokenBrokerOptions } from './options.ts'
import { systemClock } from './platform/clock.ts'
import { parsedContent } from './platform/request-content.ts'
import { factsOf } from './platform/request-facts.ts'
import { sessionStore, StoreStalled } from './platform/session-store.ts'
import { webLock } from './platform/web-lock.ts'
import { windowClients } from './platform/window-clients.ts'
import { refresher as refreshFlow, type Extend } from './refresh-session.ts'
import { listen, listenForOtherMethods, workboxRoutes, type Handle } from './routes.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'
import { problemResponse } from './platform/problem-response.ts'

declare const self: ServiceWorkerGlobalScope

export interface TokenBroker {
  /** For an app that owns a Workbox router: register them before its own. */
  readonly routes: readonly Route[]
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
  const { header, scheme, format, byCookie, logoutBody } = auth
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
  const login = loginAnswerer({ keeper, clock, format, header })
  const refresh = refreshAnswerer({ keeper, refresher, clock, format, header, byCookie, login })
  const logout = logoutFlow({ keeper, endpoint, clock, header, scheme, byCookie, logoutBody })

  const authenticate = async (
    request: Request,
    { endpoint: kind, logins }: Extract<RequestDecision, { type: 'authenticate' }>,
    extend: Extend,
  ): Promise<Response> => {
    const body = logins.length > 0 ? await parsedContent(request) : undefined
    if (logins.some(({ when }) => when === undefined || when(body))) return login(request)
    switch (kind) {
      case 'refresh':
        return refresh(request, extend)
      case 'logout':
        return logout.answer(request)
      case 'login':
        return logins.length > 0 ? fetch(request) : login(request)
    }
  }

  const goTo = async (href: string): Promise<string | undefined> => {
    const url = URL.canParse(href) ? new URL(href) : undefined
    const path =
      auth.reserved && url?.origin === location.origin ? reservedPath(auth.reserved, url.pathname) : undefined
    const answer = url && path && (await navigate?.(url, path, keeper))
    return answer?.headers.get('Location') ?? undefined
  }

  const answerProtected = async (request: Request, event: FetchEvent, extend: Extend): Promise<Response> => {
    const isWanted = async (): Promise<boolean> => (await self.clients.get(event.clientId)) !== undefined
    const response = await authorize(request, extend, isWanted).catch(storeStalled)
    if (CUTS_ANSWERS) extend(tellOfLongAnswer(name, event, response))
    return response
  }

  const decide = (request: Request): RequestDecision => decideRequest(policy, factsOf(request, header))

  const handle: Handle = (request, event) => {
    const decision = decide(request)
    const extend: Extend = (promise) => event.waitUntil(promise.catch(() => undefined))
    switch (decision.type) {
      case 'leave':
        return undefined
      case 'navigate':
        return navigate?.(new URL(request.url), decision.path, keeper)
      case 'authorize':
        return answerProtected(request, event, extend)
      case 'authenticate':
        return authenticate(request, decision, extend).catch(storeStalled)
    }
  }

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
      goTo,
    }),
  )

  listenForOtherMethods(handle)
  const routes = workboxRoutes((request) => decide(request).type !== 'leave', handle)
  return {
    routes,
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

const storeStalled = (cause: unknown): Response => {
  if (!(cause instanceof StoreStalled)) throw cause
  return problemResponse({ kind: 'http', ...STORE_UNAVAILABLE, message: cause.message }, 1)
}
