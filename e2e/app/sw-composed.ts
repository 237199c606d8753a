import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
import { Route } from 'workbox-routing/Route.js'
import { Router } from 'workbox-routing/Router.js'

const broker = createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
})

const router = new Router()
for (const route of broker.routes) router.registerRoute(route)
// The app's own catch-all comes after the broker's routes.
router.registerRoute(
  new Route(
    ({ url }) => url.pathname.startsWith('/api/') || url.pathname === '/app-shell',
    async () => new Response('from the app itself'),
  ),
)
router.addFetchListener()
