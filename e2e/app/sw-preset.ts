// One worker for each preset; the URL of the script says which.
import { createTokenBroker, jsonEndpoints, type JsonEndpointsOptions } from 'sw-token-broker/sw'
import * as presets from 'sw-token-broker/presets'

declare const self: ServiceWorkerGlobalScope

const WORKERS: Record<keyof typeof presets, { protect: string; auth: () => JsonEndpointsOptions }> = {
  simpleJwt: { protect: '/api/', auth: presets.simpleJwt },
  directus: { protect: '/items/', auth: presets.directus },
  supabase: { protect: '/rest/v1/', auth: () => presets.supabase({ apikey: 'anon' }) },
  nestjs: { protect: '/api/v1/', auth: presets.nestjs },
  laravelPassport: {
    protect: '/api/',
    auth: () => presets.laravelPassport({ clientId: 2, logout: '/api/logout' }),
  },
  fastapi: { protect: '/api/', auth: presets.fastapi },
  strapiAdmin: { protect: '/admin/', auth: presets.strapiAdmin },
  pocketbase: { protect: '/api/', auth: presets.pocketbase },
  vuePureAdmin: { protect: '/api/', auth: presets.vuePureAdmin },
  vben: { protect: '/api/', auth: presets.vben },
}

const name = new URL(self.location.href).searchParams.get('preset')
const worker = Object.entries(WORKERS).find(([preset]) => preset === name)?.[1]
if (!worker) throw new TypeError(`There is no preset '${name}'`)
createTokenBroker({
  protect: [worker.protect],
  attach: 'replace',
  auth: jsonEndpoints(worker.auth()),
  loginUrl: '/login',
}).start()
