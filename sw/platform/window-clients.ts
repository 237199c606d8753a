import { brokerMessage } from '../protocol/broker-message.ts'
import type { Announcement } from '../protocol/messages.ts'
import type { Announcer } from './ports.ts'

declare const self: ServiceWorkerGlobalScope

/** Posts to windows that this worker does not control too: a hard-reloaded page must learn of a lost session as well. */
export function windowClients(name: string): Announcer {
  const post = async (announcements: readonly Announcement[]): Promise<void> => {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    for (const announcement of announcements) {
      const message = brokerMessage(name, announcement)
      for (const window of windows) window.postMessage(message)
    }
  }
  // Nothing else keeps two announcements in the order of the writes that they tell of.
  let last: Promise<void> = Promise.resolve()
  return {
    post(announcements) {
      if (announcements.length > 0) last = last.then(() => post(announcements)).catch(() => undefined)
      return last
    },
  }
}
