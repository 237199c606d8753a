// No worker: the app puts its token into each request.
import { start } from './bench-page.ts'
import { bearer, login } from './json-login.ts'

start({
  ready: Promise.resolve(),
  login,
  send: async (url, init) => (await fetch(url, { ...init, headers: { Authorization: bearer() } })).status,
})
