/** Whether an EventSource of the page has made `request`: nothing else has both by default. */
export const isOfEventSource = ({ cache, headers }: Request): boolean =>
  cache === 'no-store' && headers.get('Accept') === 'text/event-stream'

/**
 * An answer after whose end an EventSource connects again, as it does without a worker. Chromium closes it for good where
 * the body of a worker's answer breaks off, so that becomes a plain end; and so does every browser at a status like the
 * 503 of a refresh that fails for now, which an EventSource cannot tell from any other error.
 */
export function forEventSource(response: Response): Response {
  // Made here, and no answer of the API.
  if (response.status === 503 && response.type === 'default') return Response.error()
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
