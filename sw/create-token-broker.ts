import type { Route } from 'workbox-routing/Route.js'
import { brokerCore } from './broker-core.ts'
import { takeOver } from './lifecycle.ts'
import { listenForCommands } from './listen-for-commands.ts'
import type { TokenBrokerOptions } from './options.ts'
import type {} from './page-host.ts'
import { askerOf } from './platform/fetch-event.ts'
import { isUnregistered } from './platform/registration.ts'
import { webLock } from './platform/web-lock.ts'
import { windowClients } from './platform/window-clients.ts'
import { listen, listenForOtherMethods, workboxRoutes, type Handle } from './routes.ts'

declare const self: ServiceWorkerGlobalScope

export interface TokenBroker {
  /** For an app that owns a Workbox router: register them before its own. */
  readonly routes: readonly Route[]
  /**
   * For an app that has a `fetch` listener of its own: ask it first, and answer the event with what it returns.
   * @returns undefined for a request that is not the broker's; the app does with it what it likes
   */
  handle(event: FetchEvent): Promise<Response> | undefined
  /**
   * `fetch` for the worker's own calls, such as those of a background sync: a protected request gets the token, is
   * refreshed and replayed as a page's would be; any other one goes out as it is. With `attach: 'replace'` too.
   * @throws TypeError where `fetch` does, and while the token has expired and its endpoint cannot be reached
   */
  fetchWithSession(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /** For a worker that has nothing else: listens, takes over at once and adds static routes. */
  start(): void
}

/**
 * Makes a broker of this service worker, or of the page that runs the worker's script in its place (the client's
 * `fallback`). Call it while the script is first evaluated.
 * @throws TypeError naming an option that is missing, unknown or of the wrong type
 */
export function createTokenBroker(options: TokenBrokerOptions): TokenBroker {
  const page = globalThis.__swTokenBrokerPage
  const core = brokerCore(
    options,
    page ?? {
      fetch: (request, init) => fetch(request, init),
      announcer: windowClients,
      lock: webLock,
      claim: () => self.clients.claim(),
      isUnregistered,
    },
  )
  const answer: Handle = (request, event) => core.answer(request, askerOf(core.name, event))
  if (page) page.run(core)
  else {
    listenForCommands(core.command)
    listenForOtherMethods(answer)
  }
  return {
    routes: workboxRoutes(core.isOurs, answer),
    handle: (event) => answer(event.request, event),
    fetchWithSession: async (input, init) => core.fetchWithSession(new Request(input, init)),
    start() {
      if (page) return
      takeOver(core.policy)
      listen(answer)
    },
  }
}
