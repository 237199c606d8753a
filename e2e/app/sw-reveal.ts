import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/classic/api/'],
  reveal: 'access-token',
  auth: jsonEndpoints({
    login: '/classic/auth/login',
    refresh: '/classic/auth/refresh',
    logout: '/classic/auth/logout',
    fields: { accessToken: 'token', refreshToken: 'refreshToken', request: 'token' },
  }),
}).start()
