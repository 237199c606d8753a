import { isObject } from '../protocol/guards.ts'
import { MESSAGE_SOURCE, PROTOCOL_VERSION, type Reply } from '../protocol/messages.ts'
import { wipe } from '../platform/wipe.ts'

declare const self: ServiceWorkerGlobalScope

// Deployed at the URL of the broker's worker, it takes over the open pages, and has no fetch listener: their calls go
// out plain from then on.
self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(leave()))
self.addEventListener('message', (event) => {
  const { data, ports } = event
  const [port] = ports
  if (!port || !isObject(data) || data.source !== MESSAGE_SOURCE || typeof data.name !== 'string') return
  // A page that still registers a broker finds nobody logged in, instead of a time limit.
  const reply: Reply = {
    v: PROTOCOL_VERSION,
    source: MESSAGE_SOURCE,
    name: data.name,
    session: { status: 'anonymous' },
  }
  event.waitUntil(leave(() => port.postMessage(reply)))
})

/** @param claimed told as the open pages are this worker's */
async function leave(claimed?: () => void): Promise<void> {
  // Not while it is being installed.
  await self.clients.claim().catch(() => undefined)
  claimed?.()
  await wipe()
  await self.registration.unregister()
}
