import { oauth, type OAuthOptions } from 'sw-token-broker/oauth'
import { createTokenBroker, type TokenBrokerOptions } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope & {
  /** Put before the worker's script by the test's server, which alone knows the issuer. */
  settings: { oauth: OAuthOptions; broker: Partial<TokenBrokerOptions> }
}

createTokenBroker({
  protect: ['/oauth/api/'],
  auth: oauth(self.settings.oauth),
  ...self.settings.broker,
}).start()
