// An app's own worker: Workbox's default router, which listens for messages too, handlers of its own, calls of its own.
import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
import { registerRoute } from 'workbox-routing/registerRoute.js'

declare const self: ServiceWorkerGlobalScope

const broker = createTokenBroker({
  protect: ['/api/'],
  attach: 'replace',
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
})
for (const route of broker.routes) registerRoute(route)
registerRoute(
  ({ url }) => url.pathname === '/from-the-app',
  async () => new Response('from the app itself'),
)

const heard: unknown[] = []

self.addEventListener('message', (event) => {
  const { type, url, init }: { type?: string; url?: string; init?: RequestInit } = Object(event.data)
  const [port] = event.ports
  heard.push(type)
  if (type === 'WHAT_WAS_HEARD') port?.postMessage(heard)
  if (type !== 'CALL' || url === undefined) return
  const call = broker.fetchWithSession(url, init).then(
    async (response) => ({ status: response.status, body: await response.text() }),
    (error: unknown) => ({ error: error instanceof Error ? error.name : 'no error' }),
  )
  event.waitUntil(call.then((answer) => port?.postMessage(answer)))
})
