import { registerTokenBroker } from 'sw-token-broker/client'
import { registerSW } from 'virtual:pwa-register'
import { shop } from './shop.js'

// Only where you want its events: registerTokenBroker registers the worker by itself.
registerSW({
  onNeedReload() {
    // A new worker takes over between two requests: nothing needs a reload.
  },
})

await shop(await registerTokenBroker('/sw.js'))
