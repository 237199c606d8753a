// A worker that does not hear the first word of a session from before it.
import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope

let heard = 0
self.addEventListener('message', (event) => {
  if (event.data.type === 'adopt' && heard++ === 0) event.stopImmediatePropagation()
})
createTokenBroker({
  protect: ['/classic/api/'],
  attach: 'replace',
  auth: jsonEndpoints({
    login: '/classic/auth/login',
    refresh: '/classic/auth/refresh',
    fields: { accessToken: 'token', refreshToken: 'refreshToken', request: 'token' },
  }),
}).start()
