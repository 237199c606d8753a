interface Settings {
  protect: string
  /** What follows `auth:`. */
  auth: string
}

const JSON_ENDPOINTS: Settings = {
  protect: `'/api/'`,
  auth: `swTokenBroker.jsonEndpoints({
      login: '/auth/login',
      refresh: '/auth/refresh',
      logout: '/auth/logout',
    }),
    loginUrl: '/login',`,
}

const OAUTH: Settings = {
  protect: `'/api/'`,
  auth: `swTokenBroker.oauth({
      issuer: 'https://id.example.com',
      clientId: 'spa',
      scope: 'openid offline_access',
    }),`,
}

const preset = (call: string, protect = `'/api/'`): Settings => ({
  protect,
  auth: `swTokenBroker.jsonEndpoints(swTokenBroker.presets.${call}),
    loginUrl: '/login',`,
})

/** By the name of each preset. */
export const PRESETS: ReadonlyMap<string, Settings> = new Map([
  ['simpleJwt', preset('simpleJwt()')],
  ['directus', preset('directus()', `'/items/', '/files/', '/assets/'`)],
  [
    'supabase',
    preset(
      `supabase({ base: 'https://<project>.supabase.co', apikey: '<publishable key>' })`,
      `'https://<project>.supabase.co/rest/v1/'`,
    ),
  ],
  ['nestjs', preset('nestjs()')],
  ['laravelPassport', preset(`laravelPassport({ clientId: '<id of the password grant client>' })`)],
  ['fastapi', preset('fastapi()')],
  ['strapiAdmin', preset('strapiAdmin()', `'/admin/'`)],
  ['pocketbase', preset('pocketbase()')],
  ['vuePureAdmin', preset('vuePureAdmin()')],
  ['vben', preset('vben()')],
])

/** @param worker which of the package's workers runs it */
export const configFile = (worker: string, presetName?: string): string => {
  const { protect, auth } =
    PRESETS.get(presetName ?? '') ?? (worker === 'worker-oauth' ? OAUTH : JSON_ENDPOINTS)
  return `// Your settings of sw-token-broker.js, the service worker that runs this file. 'npx sw-token-broker init' never changes it.
// The options are listed in the README of the package.
swTokenBroker
  .createTokenBroker({
    protect: [${protect}],
    auth: ${auth}
  })
  .start()
`
}

/** What is left to do by hand. */
export const instructions = (worker: string, client: string, folder: string): string => `
Add to the page:

  <script type="module">
    import { registerTokenBroker } from '/${client}'
    const broker = await registerTokenBroker('/${worker}')
    broker.addEventListener('login-required', (event) => location.assign(event.loginUrl))
  </script>

With a bundler, import from 'sw-token-broker/client' and delete ${client}.

Serve ${worker} and its config file from the root of the site, with the headers

  Content-Type: text/javascript
  Cache-Control: no-cache

and, where you have a Content-Security-Policy, let it contain worker-src 'self'. From a folder below the root the worker
needs the header 'Service-Worker-Allowed: /', and registerTokenBroker the option { scope: '/' }.

To be told in development and in CI of a file that an update has left behind, add to the scripts of package.json:

  "prestart": "sw-token-broker init ${folder} --check"
`
