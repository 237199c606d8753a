import { uninstallTokenBroker } from 'sw-token-broker/uninstall'

declare global {
  interface Window {
    uninstalled: boolean
  }
}

await uninstallTokenBroker()
window.uninstalled = true
