// This library with an OpenID provider: the login is a navigation.
import { registerTokenBroker } from 'sw-token-broker/client'
import { start } from './bench-page.ts'
import { expire } from './expire.ts'

const broker = registerTokenBroker('/sw.js', { timeout: 60 })

start({
  expire,
  ready: broker,
  login: async () => (await broker).login({ returnTo: '/' }),
  send: async (url, init) => (await fetch(url, init)).status,
})
