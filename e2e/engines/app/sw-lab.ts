import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'

/** The other origins that get the token; known only when the servers run. */
const files = new URL(location.href).searchParams.getAll('files')

createTokenBroker({
  protect: ['/api/', '/lab/', ...files.map((origin) => `${origin}/lab/`)],
  exclude: ['/lab/excluded/'],
  navigations: ['/lab/opened/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
}).start()
