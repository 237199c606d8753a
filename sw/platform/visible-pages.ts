import { envelope } from '../protocol/broker-message.ts'
import type { SilentLoginOffered } from '../protocol/messages.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * Offers a silent login to the pages that a person can see.
 * @param name of the broker
 * @returns whether there is one
 */
export async function offerToVisiblePages(name: string, id: string): Promise<boolean> {
  // A broker in a page has no clients, and no worker that would answer the callback.
  if (!('clients' in self)) return false
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const pages = windows.filter(
    ({ visibilityState, frameType }) => visibilityState === 'visible' && frameType !== 'nested',
  )
  const offer: SilentLoginOffered = { ...envelope(name), type: 'silent-login', id }
  for (const page of pages) page.postMessage(offer)
  return pages.length > 0
}
