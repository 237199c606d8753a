import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope

// An API on another origin, which the URL of the script says.
createTokenBroker({
  protect: [new URL(self.location.href).searchParams.get('api') ?? '/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh' }),
}).start()
