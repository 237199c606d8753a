// The same, through a worker that passes requests on.
import { start } from './bench-page.ts'
import { bearer, login } from './json-login.ts'

async function controlled(): Promise<void> {
  const { serviceWorker } = navigator
  const change = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve))
  const { active } = await serviceWorker.register('/sw.js')
  // After a hard reload nobody takes the page over.
  if (!active) await change
}

start({
  ready: controlled(),
  login,
  send: async (url, init) => (await fetch(url, { ...init, headers: { Authorization: bearer() } })).status,
})
