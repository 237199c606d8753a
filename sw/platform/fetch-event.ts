import { CUTS_ANSWERS, tellOfLongAnswer } from './long-answers.ts'
import type { Asker, Extend } from './ports.ts'

declare const self: ServiceWorkerGlobalScope

/** The page behind a fetch event. */
export function askerOf(name: string, event: FetchEvent): Asker {
  const extend: Extend = (promise) => event.waitUntil(promise.catch(() => undefined))
  return {
    extend,
    page: event.clientId,
    isWanted: async () => (await self.clients.get(event.clientId)) !== undefined,
    begins: CUTS_ANSWERS ? (response) => extend(tellOfLongAnswer(name, event, response)) : undefined,
  }
}
