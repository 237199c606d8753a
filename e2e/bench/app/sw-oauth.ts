import { oauth } from 'sw-token-broker/oauth'
import { createTokenBroker } from 'sw-token-broker/sw'

createTokenBroker({
  protect: ['/api/'],
  auth: oauth({ issuer: location.origin, clientId: 'bench', redirectUri: '/callback', dpop: false }),
}).start()
