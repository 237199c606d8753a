/** Answers a request in the place of the network; undefined for one that must be left alone. */
export type AnswerInPage = (request: Request) => Promise<Response> | undefined

/**
 * A `fetch` that asks the broker first.
 * @param isOurs whether `answer` would answer; it looks at no body
 */
export const brokerFetch =
  (native: typeof fetch, isOurs: (request: Request) => boolean, answer: AnswerInPage): typeof fetch =>
  (input, init) => {
    if (!isOursFrom(input, init, isOurs)) return native(input, init)
    const request = new Request(input, init)
    const answered = answer(request)
    return answered ? untilAborted(request.signal, answered.then(withUrl(request.url))) : native(request)
  }

/** What a page has put together wrongly is for the browser to refuse. */
function isOursFrom(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  isOurs: (request: Request) => boolean,
): boolean {
  try {
    // The body stays unread, as the browser may have to send it.
    if (input instanceof Request)
      return isOurs(init ? new Request(input.clone(), { ...init, body: null }) : input)
    return isOurs(new Request(input, { ...init, body: null }))
  } catch {
    return false
  }
}

/** An answer of the broker's own making has no address (Fetch §5.5). */
const withUrl =
  (url: string) =>
  (response: Response): Response =>
    response.url === '' && response.type !== 'error'
      ? Object.defineProperty(response, 'url', { value: url })
      : response

/** A request that its page gives up is over at once, whatever the broker still waits for. */
export function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
