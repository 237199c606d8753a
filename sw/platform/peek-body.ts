import type { Clock } from './ports.ts'

/** No more of a body is looked at, bytes. */
const MOST = 64 * 1024
/** Nor for longer, ms. */
const LONGEST = 1000

/** What may be read as text and ends by itself: no media, no download, no event stream. */
const IS_TEXT = /^$|^text\/(?!event-stream)|json|xml/i

/**
 * The beginning of an answer's body, which the page gets all the same.
 * @returns the value of a JSON body, or the text; '' for what is none
 */
export async function peekBody(response: Response, clock: Pick<Clock, 'within'>): Promise<unknown> {
  if (!response.body || !IS_TEXT.test(response.headers.get('Content-Type') ?? '')) return ''
  const reader = response.clone().body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let left = MOST
  const read = async (): Promise<void> => {
    while (reader && left > 0) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.byteLength
    }
  }
  // A body that breaks off is for the page to find.
  await clock.within(LONGEST, read()).catch(() => undefined)
  // It ends only with the page's own branch.
  reader?.cancel().catch(() => undefined)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
