// The apps of ten back ends, each as its users write it. What the broker adds is the import and the line of `boot`.
import { registerTokenBroker } from 'sw-token-broker/client'
import type { PresetApp } from './presets/app.ts'
import { directus } from './presets/directus.ts'
import { fastapi } from './presets/fastapi.ts'
import { laravelPassport } from './presets/laravel-passport.ts'
import { nestjs } from './presets/nestjs.ts'
import { pocketbase } from './presets/pocketbase.ts'
import { simpleJwt } from './presets/simple-jwt.ts'
import { strapiAdmin } from './presets/strapi-admin.ts'
import { supabase } from './presets/supabase.ts'
import { vben } from './presets/vben.ts'
import { vuePureAdmin } from './presets/vue-pure-admin.ts'

declare global {
  interface Window {
    presetApp: Promise<PresetApp>
  }
}

const APPS: Record<string, PresetApp> = {
  directus,
  fastapi,
  laravelPassport,
  nestjs,
  pocketbase,
  simpleJwt,
  strapiAdmin,
  supabase,
  vben,
  vuePureAdmin,
}

async function boot(): Promise<PresetApp> {
  const query = new URLSearchParams(location.search)
  const name = query.get('app') ?? ''
  const app = APPS[name]
  if (!app) throw new TypeError(`There is no app '${name}'`)
  if (query.get('broker') === 'yes') await registerTokenBroker(`/sw-preset.js?preset=${name}`)
  await app.start?.()
  return app
}

window.presetApp = boot()
