import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope

createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
  whenLoginRequired: 'hold',
  // Each test says in the URL of its worker how long that is.
  holdTimeout: Number(new URL(self.location.href).searchParams.get('hold')),
}).start()
