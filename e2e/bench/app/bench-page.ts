/** What a contestant brings along; each does what its documentation says. */
export interface App {
  /** Resolves when the page can log in or is logged in. */
  ready: Promise<unknown>
  /** May leave the page. */
  login(): Promise<unknown>
  /** Resolves with the status. */
  send(url: string, init?: { method: string; body: Body }): Promise<number>
  /** Makes the access token look expired; none where nobody looks. */
  expire?(): Promise<unknown>
}

type Body = Blob | FormData | ArrayBuffer
export type BodyKind = 'Blob' | 'File' | 'FormData' | 'ArrayBuffer'

/** What the driver does in a page. */
export interface Bench {
  ready: Promise<unknown>
  login(): Promise<unknown>
  expire(): Promise<unknown>
  /** The status of a protected GET; 0 where it rejects. */
  status(url?: string): Promise<number>
  /** The statuses of as many at once, and how long the slowest took, ms. */
  burst(count: number): Promise<{ statuses: number[]; took: number; slowest: number }>
  /** Mean time of as many GETs one after the other, ms. All must be answered 200. */
  sequence(count: number, url?: string): Promise<number>
  /** Makes the body of the next upload; `undefined` lets it go. */
  prepare(kind: BodyKind | undefined, megabytes: number): void
  /** How long the upload took, ms. */
  upload(): Promise<number>
}

declare global {
  interface Window {
    bench: Bench
    /** When the first protected answer came, ms since the navigation. */
    first: Promise<number>
  }
}

const PROTECTED = '/api/orders'
let body: Body | undefined

export function start(app: App): void {
  const status = (url = PROTECTED): Promise<number> => app.send(url).catch(() => 0)
  window.bench = {
    ready: app.ready,
    login: () => app.login(),
    expire: async () => app.expire?.(),
    status,
    async burst(count) {
      const begin = performance.now()
      let slowest = 0
      const statuses = await Promise.all(
        Array.from({ length: count }, async () => {
          const result = await status()
          slowest = performance.now() - begin
          return result
        }),
      )
      return { statuses, took: performance.now() - begin, slowest }
    },
    async sequence(count, url = PROTECTED) {
      const begin = performance.now()
      for (let i = 0; i < count; i++) {
        const result = await status(url)
        if (result !== 200) throw new Error(`${url} was answered ${result}`)
      }
      return (performance.now() - begin) / count
    },
    prepare(kind, megabytes) {
      body = kind && bodyOf(kind, megabytes)
    },
    async upload() {
      if (body === undefined) throw new Error('Nothing is prepared')
      const begin = performance.now()
      const result = await app.send('/api/upload', { method: 'POST', body })
      if (result !== 200) throw new Error(`The upload was answered ${result}`)
      return performance.now() - begin
    },
  }
  const first = new URLSearchParams(location.search).get('first')
  if (first !== null) window.first = firstAnswer(app, first)
}

async function firstAnswer(app: App, how: string): Promise<number> {
  await app.ready
  if (how === 'login') await app.login()
  const status = await app.send(PROTECTED)
  if (status !== 200) throw new Error(`The first answer was ${status}`)
  return performance.now()
}

function bodyOf(kind: BodyKind, megabytes: number): Body {
  const bytes = new Uint8Array(megabytes * 2 ** 20)
  for (let i = 0; i < bytes.length; i += 512) bytes[i] = i >> 9
  switch (kind) {
    case 'ArrayBuffer':
      return bytes.buffer
    case 'Blob':
      return new Blob([bytes])
    case 'File':
      return new File([bytes], 'upload.bin')
    case 'FormData': {
      const form = new FormData()
      form.set('note', 'a form')
      form.set('file', new File([bytes], 'upload.bin'))
      return form
    }
  }
}
