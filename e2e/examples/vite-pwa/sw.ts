import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
import { clientsClaim } from 'workbox-core'
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { StaleWhileRevalidate } from 'workbox-strategies'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] }

const broker = createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
})

// Orders are kept on purpose, for when the network is away. The broker answers, and clears them away with the user.
registerRoute(
  ({ url, event }) => url.pathname === '/api/orders' && event instanceof FetchEvent,
  async ({ event, request }) => {
    const cache = await caches.open('orders')
    try {
      const answer = await (event instanceof FetchEvent && broker.handle(event))
      if (!answer) return await fetch(request)
      if (answer.ok) await cache.put(request, answer.clone())
      return answer
    } catch (error) {
      const kept = await cache.match(request)
      if (kept) return kept
      throw error
    }
  },
)

// Of the routes that match, the first one answers: no route below sees a request of the broker.
for (const route of broker.routes) registerRoute(route)

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [/^\/api\//] }))
registerRoute(
  ({ request }) => request.destination === 'image',
  new StaleWhileRevalidate({ cacheName: 'images' }),
)

// The session is in the store, so a new version can take over at once.
void self.skipWaiting()
clientsClaim()
