import { CUTS_ANSWERS } from './long-answers.ts'

/** Whether an EventSource of the page has made `request`: nothing else has both by default. */
export const isOfEventSource = ({ cache, headers }: Request): boolean =>
  cache === 'no-store' && headers.get('Accept') === 'text/event-stream'

/**
 * An answer after whose end an EventSource connects again, as it does without a worker. Chromium closes it for good where
 * the body of a worker's answer breaks off, so that becomes a plain end. At a 503 every browser does, and an EventSource
 * cannot tell that of a refresh that fails for now from any other error.
 * @param closesAtErrors whether that is so at a worker's network error too, as in Firefox
 */
export async function forEventSource(
  answered: Promise<Response>,
  closesAtErrors: boolean = CUTS_ANSWERS,
): Promise<Response> {
  const response = await answered.catch(() => Response.error())
  const { status, type } = response
  // A 503 that was made here is no answer of the API.
  if (type === 'error' || (status === 503 && type === 'default'))
    return closesAtErrors
      ? new Response('', { headers: { 'Content-Type': 'text/event-stream' } })
      : Response.error()
  if (!response.body) return response
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  response.body
    .pipeTo(writable, { preventAbort: true })
    .catch(() => writable.close())
    .catch(() => undefined)
  return new Response(readable, response)
}
