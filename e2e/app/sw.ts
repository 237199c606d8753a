import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope
/** Put in when the worker is bundled: a new version differs from the old one by this alone. */
declare const VERSION: string

createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()

self.addEventListener('message', ({ data, ports }) => {
  if (data === 'version') ports[0]?.postMessage(VERSION)
})
