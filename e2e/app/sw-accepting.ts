import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({
    login: '/auth/login',
    refresh: '/auth/refresh',
    logout: '/auth/logout',
    fields: { login: { accessToken: 'tokens.access', refreshToken: 'tokens.refresh' } },
  }),
  acceptTokens: true,
}).start()
