import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

// For a page whose worker's script cannot be had.
createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()
