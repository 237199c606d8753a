// The same with 100 entries, the last of which counts.
import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: [...Array.from({ length: 99 }, (_, index) => `/service-${index}/api/`), '/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()
