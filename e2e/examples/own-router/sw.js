import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
import { clientsClaim } from 'workbox-core'
import { Router } from 'workbox-routing'
import { NetworkFirst } from 'workbox-strategies'

const broker = createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
})

const router = new Router()
for (const route of broker.routes) router.registerRoute(route)
// What the app has not routed itself; the broker has the requests that are its own already.
const everything = new NetworkFirst({ cacheName: 'everything' })
router.setDefaultHandler(everything)
router.addFetchListener()

self.addEventListener('install', () => self.skipWaiting())
clientsClaim()
