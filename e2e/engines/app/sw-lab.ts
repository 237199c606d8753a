import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

/** The other origin that gets the token; known only when the servers run. */
const files = new URL(location.href).searchParams.get('files')

createTokenBroker({
  protect: ['/api/', '/lab/', `${files}/lab/`],
  exclude: ['/lab/excluded/'],
  navigations: ['/lab/opened/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
}).start()
