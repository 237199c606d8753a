import './harness.ts'
import { registerTokenBroker, type TokenBrokerClient } from 'sw-token-broker/client'

export type LoginOptions = NonNullable<Parameters<TokenBrokerClient['login']>[0]>

declare global {
  interface Window {
    login(options?: LoginOptions): Promise<void>
  }
}

window.login = async (options) => (await registerTokenBroker('/sw.js')).login(options)
