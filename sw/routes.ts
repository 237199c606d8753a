import { Route } from 'workbox-routing/Route.js'

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

const started: Handle[] = []

/** Listens for fetch events, in a worker that has nothing but brokers. */
export function listen(handle: Handle): void {
  if (started.push(handle) > 1) return
  listenFor((request, event) => {
    for (const answer of started) {
      const response = answer(request, event)
      if (response) return response
    }
    return isBeacon(request) ? fetch(request) : undefined
  }, isRoutable)
}

/** Whether it is sent while its page is left: Chromium loses a third to a half of those that go past a worker. */
const isBeacon = ({ method, mode, keepalive }: Request): boolean =>
  method === 'POST' && mode === 'no-cors' && keepalive

/** Listens for the methods that no Workbox router knows. */
export const listenForOtherMethods = (handle: Handle): void =>
  listenFor(handle, (method) => !isRoutable(method))

const isRoutable = (method: string): boolean => METHODS.some((known) => known === method)

function listenFor(handle: Handle, isMeant: (method: string) => boolean): void {
  self.addEventListener('fetch', (event) => {
    const response = isMeant(event.request.method) ? handle(event.request, event) : undefined
    if (response) event.respondWith(response)
  })
}
