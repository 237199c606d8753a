import { registerTokenBroker } from 'sw-token-broker/client'
import { shop } from './shop.js'

await shop(await registerTokenBroker('/sw.js'))
