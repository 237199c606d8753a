// This library: the page does not know of tokens.
import { registerTokenBroker } from 'sw-token-broker/client'
import { start } from './bench-page.ts'
import { expire } from './expire.ts'

start({
  expire,
  ready: registerTokenBroker('/sw.js', { timeout: 60 }),
  login: async () => {
    const { ok, status } = await fetch('/auth/login', { method: 'POST', body: '{}' })
    if (!ok) throw new Error(`The login was answered ${status}`)
  },
  send: async (url, init) => (await fetch(url, init)).status,
})
