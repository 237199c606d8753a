import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()
