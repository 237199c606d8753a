// One call of each kind that an app makes. The functions given to `evaluate` run in the page.
import type { Answer } from '../app/harness.ts'
import type { Tab } from '../tab.ts'

export type CallKind =
  'get' | 'slow' | 'post json' | 'post form' | 'post blob' | 'image' | 'stream' | 'events'

/** What the page got. */
export type Outcome =
  | { type: 'answer'; status: number; users: readonly string[]; code?: string; isWrongBody?: boolean }
  | { type: 'rejected'; message: string }
  /** The page went away. */
  | { type: 'interrupted'; message: string }
  | { type: 'hung' }

/** Longer than a request may wait for a refresh, twice over as a killed worker's is dispatched again, ms. */
const HUNG = 45_000

export async function makeCall(tab: Tab, kind: CallKind, id: string, ms: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ type: 'hung' }), HUNG)
  })
  try {
    return await Promise.race([call(tab, kind, id, ms), hung])
  } catch (error) {
    const [message = ''] = String(error).split('\n')
    return { type: 'interrupted', message }
  } finally {
    clearTimeout(timer)
  }
}

async function call(tab: Tab, kind: CallKind, id: string, ms: number): Promise<Outcome> {
  switch (kind) {
    case 'get':
      return outcomeOf(await tab.call(`/api/echo?${id}`))
    case 'slow':
      return outcomeOf(await tab.call(`/api/slow?ms=${ms}&${id}`))
    case 'stream':
      return outcomeOf(await tab.call(`/api/events?count=3&${id}`))
    case 'post json':
    case 'post form':
    case 'post blob': {
      const body = kind === 'post json' ? 'json' : kind === 'post form' ? 'form' : 'blob'
      const answer = await tab.post(`/api/echo?${id}`, body)
      const outcome = outcomeOf(answer)
      const isWrongBody = answer.status === 200 && memberOf(answer.body, 'sha256') !== answer.sent
      return { ...outcome, ...(isWrongBody && { isWrongBody }) }
    }
    case 'image':
      return loadImage(tab, id)
    case 'events':
      return listen(tab, id, 1000 + ms * 4)
  }
}

function outcomeOf({ status, body, error }: Answer): Outcome {
  if (error !== undefined) return { type: 'rejected', message: error }
  const code = memberOf(body, 'code')
  return { type: 'answer', status, users: usersIn(body), ...(code !== undefined && { code }) }
}

/** Whoever the server says it answered; a stream says so in each event. */
function usersIn(body: unknown): string[] {
  const user = memberOf(body, 'user')
  if (user !== undefined) return [user]
  return typeof body === 'string' ? [...body.matchAll(/"user":"(\w+)"/g)].map(([, name = '']) => name) : []
}

function memberOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const member: unknown = Object.entries(value).find(([key]) => key === name)?.[1]
  return typeof member === 'string' ? member : undefined
}

async function loadImage(tab: Tab, id: string): Promise<Outcome> {
  const isLoaded = await tab.page.evaluate(
    (query) =>
      new Promise<boolean>((resolve) => {
        const image = new Image()
        image.onload = () => resolve(image.naturalWidth > 0)
        image.onerror = () => resolve(false)
        image.src = `/api/image.png?${query}`
      }),
    id,
  )
  return isLoaded
    ? { type: 'answer', status: 200, users: [] }
    : { type: 'rejected', message: 'The image failed to load' }
}

/** Listens for a while; the browser connects again by itself when the stream breaks. */
async function listen(tab: Tab, id: string, ms: number): Promise<Outcome> {
  const { events, isClosed } = await tab.page.evaluate(
    ([query, duration]) =>
      new Promise<{ events: string[]; isClosed: boolean }>((resolve) => {
        const source = new EventSource(`/api/events?${query}`)
        const heard: string[] = []
        source.onmessage = ({ data }) => heard.push(String(data))
        setTimeout(() => {
          const isOver = source.readyState === EventSource.CLOSED
          source.close()
          resolve({ events: heard, isClosed: isOver })
        }, duration)
      }),
    [id, ms] as const,
  )
  if (isClosed) return { type: 'rejected', message: 'The event stream was closed for good' }
  if (events.length === 0) return { type: 'rejected', message: 'The event stream stayed silent' }
  return { type: 'answer', status: 200, users: usersIn(events.join('\n')) }
}
