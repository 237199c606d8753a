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
  const reader = response.body?.getReader()
  if (!reader) return response
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value } = await reader.read().catch(() => ({ value: undefined }))
      if (value) controller.enqueue(value)
      else controller.close()
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(body, response)
}
