import { Route } from 'workbox-routing/Route.js'
import { Router } from 'workbox-routing/Router.js'

declare const self: ServiceWorkerGlobalScope

/** Answers a request that is ours; undefined for one that must be left alone. */
export type Handle = (request: Request, event: FetchEvent) => Promise<Response> | undefined

/** workbox-routing knows no others. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] as const

/**
 * One Workbox route per method.
 * @param isOurs whether `handle` would answer
 */
export const workboxRoutes = (isOurs: (request: Request) => boolean, handle: Handle): Route[] =>
  METHODS.map(
    (method) =>
      new Route(
        // A Workbox router also routes requests that a page describes in a message: they must get no token.
        ({ request, event }) => event instanceof FetchEvent && isOurs(request),
        async ({ request, event }) => {
          const response = event instanceof FetchEvent ? handle(request, event) : undefined
          return response ?? fetch(request)
        },
        method,
      ),
  )

/** Listens for fetch events with a router of our own: the default one answers messages too. */
export function listen(routes: readonly Route[]): void {
  // Outside production builds Workbox logs every request that it routes.
  Object.assign(self, { __WB_DISABLE_DEV_LOGS: true })
  const router = new Router()
  for (const route of routes) router.registerRoute(route)
  router.addFetchListener()
}

/** Listens for the methods that no Workbox router knows. */
export function listenForOtherMethods(handle: Handle): void {
  self.addEventListener('fetch', (event) => {
    if (METHODS.some((method) => method === event.request.method)) return
    const response = handle(event.request, event)
    if (response) event.respondWith(response)
  })
}
