import { registerTokenBroker } from '/sw-token-broker.client.js'
import { shop } from '/shop.js'

await shop(await registerTokenBroker('/sw.js'))
