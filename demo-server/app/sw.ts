import { oauth } from 'sw-token-broker/oauth'
import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/',
}).start()

// The app in classic.ts keeps its own interceptors, so only a request that carries its placeholder gets the token.
createTokenBroker({
  name: 'classic',
  attach: 'replace',
  protect: ['/classic/api/'],
  auth: jsonEndpoints({
    login: '/classic/auth/login',
    refresh: '/classic/auth/refresh',
    logout: '/classic/auth/logout',
    fields: { accessToken: 'token', refreshToken: 'refreshToken', request: 'token' },
  }),
}).start()

const FILES = `http://localhost:${Number(location.port) + 2}/`

// The other way of logging in: at an OpenID provider, which the demo starts on the next port.
createTokenBroker({
  name: 'oauth',
  protect: ['/oauth/api/', FILES],
  auth: oauth({
    issuer: `http://localhost:${Number(location.port) + 1}`,
    clientId: 'demo-app',
    loginPath: '/oauth/login',
    redirectUri: '/oauth/callback',
    logoutPath: '/oauth/logout',
    scope: 'openid offline_access profile api files',
    parameters: { resource: `${location.origin}/oauth/api` },
    // A second API on one more port, which wants tokens of its own.
    resources: { [FILES]: 'urn:demo:files' },
    dpop: true,
    claims: ['name'],
  }),
}).start()
