import { envelope } from '../protocol/broker-message.ts'
import type { AnswerBegun } from '../protocol/messages.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * Firefox ends a worker 30 s after its last event and cuts every answer that still streams through it. It alone has no
 * `Request.body`.
 */
export const CUTS_ANSWERS: boolean = !('body' in Request.prototype)

/** An answer without a length, or with more bytes than this, may take long. */
const SHORT = 2 ** 20

/** Tells the page that an answer has begun whose end is not in sight, so that it keeps the worker alive for so long. */
export async function tellOfLongAnswer(name: string, event: FetchEvent, response: Response): Promise<void> {
  if (!response.body || isShort(response.headers.get('Content-Length'))) return
  const at = Date.now()
  const client = await self.clients.get(event.clientId)
  const message: AnswerBegun = {
    ...envelope(name),
    type: 'answer-begun',
    url: event.request.url.replace(/#.*/, ''),
    at,
  }
  client?.postMessage(message)
}

const isShort = (length: string | null): boolean => length !== null && Number(length) <= SHORT
