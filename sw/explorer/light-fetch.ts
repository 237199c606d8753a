/**
 * Fetch's classes as far as the flows use them. Those of Node cost more than a whole schedule may take, and they read
 * bodies in macrotasks, which no scheduler could order. Bodies are as strict as real ones: each can be used once.
 */

type HeadersInput = Iterable<readonly [string, string]> | Readonly<Record<string, string>>

const isIterable = (init: HeadersInput): init is Iterable<readonly [string, string]> =>
  Symbol.iterator in init

class LightHeaders {
  readonly #values = new Map<string, string>()

  constructor(init: HeadersInput = []) {
    for (const [name, value] of isIterable(init) ? init : Object.entries(init)) this.set(name, value)
  }
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }
  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }
  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value)
  }
  delete(name: string): void {
    this.#values.delete(name.toLowerCase())
  }
  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values[Symbol.iterator]()
  }
}

class LightBody {
  readonly content: string | null
  bodyUsed = false

  constructor(content: string | null) {
    this.content = content
  }
  get body() {
    if (this.content === null) return null
    const bytes = new Uint8Array(this.content.length)
    let isRead = false
    return {
      getReader: () => {
        this.use()
        return {
          read: async () => {
            if (isRead) return { done: true, value: undefined }
            isRead = true
            return { done: false, value: bytes }
          },
          cancel: async () => undefined,
        }
      },
      cancel: async () => undefined,
    }
  }
  use(): void {
    if (this.content === null) return
    if (this.bodyUsed) throw new TypeError('The body has been used already')
    this.bodyUsed = true
  }
  async text(): Promise<string> {
    this.use()
    return this.content ?? ''
  }
  check(): void {
    if (this.bodyUsed) throw new TypeError('A used body cannot be cloned')
  }
}

interface RequestInput {
  method?: string
  headers?: HeadersInput
  body?: string
  cache?: string
}

class LightRequest extends LightBody {
  readonly url: string
  readonly method: string
  readonly headers: LightHeaders
  readonly cache: string
  readonly mode = 'cors'
  readonly credentials = 'same-origin'
  readonly referrer = 'about:client'
  readonly referrerPolicy = ''
  readonly redirect = 'follow'
  /** No page of the model gives a request up. */
  readonly signal = { aborted: false }
  /** On whose behalf it is sent. */
  tag: unknown

  constructor(input: string | LightRequest, init: RequestInput = {}) {
    const from = typeof input === 'string' ? undefined : input
    if (from && init.body === undefined) from.use()
    super(init.body ?? from?.content ?? null)
    this.url = typeof input === 'string' ? input : input.url
    this.method = init.method ?? from?.method ?? 'GET'
    this.headers = new LightHeaders(init.headers ?? from?.headers)
    this.cache = init.cache ?? from?.cache ?? 'default'
    this.tag = from?.tag
  }
  clone(): LightRequest {
    this.check()
    const { url, method, headers, cache, content } = this
    const copy = new LightRequest(url, { method, headers, cache, ...(content !== null && { body: content }) })
    copy.tag = this.tag
    return copy
  }
}

interface ResponseInput {
  status?: number
  statusText?: string
  headers?: HeadersInput
}

class LightResponse extends LightBody {
  readonly status: number
  readonly statusText: string
  readonly headers: LightHeaders
  constructor(content: string | null = null, init: ResponseInput = {}) {
    super(content)
    this.status = init.status ?? 200
    this.statusText = init.statusText ?? ''
    this.headers = new LightHeaders(init.headers)
  }
  static json(value: unknown, init: ResponseInput = {}): LightResponse {
    return new LightResponse(JSON.stringify(value), init)
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }
  clone(): LightResponse {
    this.check()
    const { status, statusText, headers } = this
    return new LightResponse(this.content, { status, statusText, headers })
  }
}

/** Marks a request, and all that is made of it, as sent on behalf of `tag`. */
export function tagged(request: Request, tag: unknown): Request {
  if (request instanceof LightRequest) request.tag = tag
  return request
}

export const tagOf = (request: Request): unknown =>
  request instanceof LightRequest ? request.tag : undefined

/** Uses up the body, as sending does. */
export const contentOfSent = (request: Request): string => {
  if (!(request instanceof LightRequest)) return ''
  request.use()
  return request.content ?? ''
}

export const contentOfAnswer = (response: Response): string =>
  response instanceof LightResponse ? (response.content ?? '') : ''

/** The globals that the flows name; `fetch` and `BroadcastChannel` belong to the world that runs. */
export interface Globals {
  fetch: (request: Request) => Promise<Response>
  BroadcastChannel: new (name: string) => object
  getRandomValues: (bytes: Uint8Array) => Uint8Array
}

/** Puts the light classes in the place of Node's. @returns what puts Node's back */
export function installGlobals({ getRandomValues, ...globals }: Globals): () => void {
  const { Request, Response, Headers, fetch, BroadcastChannel, Client } = globalThis
  const real = { Request, Response, Headers, fetch, BroadcastChannel, Client }
  const realRandom = crypto.getRandomValues
  Object.assign(globalThis, {
    Request: LightRequest,
    Response: LightResponse,
    Headers: LightHeaders,
    // Who sends a message is of no matter to the model.
    Client: class {},
    ...globals,
  })
  Object.defineProperty(crypto, 'getRandomValues', {
    value: getRandomValues,
    configurable: true,
    writable: true,
  })
  return () => {
    Object.assign(globalThis, real)
    Object.defineProperty(crypto, 'getRandomValues', {
      value: realRandom,
      configurable: true,
      writable: true,
    })
  }
}
