import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/cookie/api/'],
  auth: jsonEndpoints({
    login: '/cookie/auth/login',
    refresh: '/cookie/auth/refresh',
    logout: '/cookie/auth/logout',
    refreshToken: 'cookie',
  }),
  storage: 'memory',
  loginUrl: '/login',
}).start()
