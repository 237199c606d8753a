import { oauth, type OAuthOptions } from 'sw-token-broker/oauth'
import { createTokenBroker, type TokenBrokerOptions } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope & {
  /** Put before the worker's script by the test's server, which alone knows the issuers; one broker for each. */
  settings: { oauth: OAuthOptions; broker: Partial<TokenBrokerOptions> }[]
}

for (const settings of self.settings)
  createTokenBroker({
    protect: ['/oauth/api/'],
    auth: oauth(settings.oauth),
    ...settings.broker,
  }).start()
