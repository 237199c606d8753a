/** An answer as an `XMLHttpRequest` shows it (XMLHttpRequest §3.6). */
export class XhrAnswer {
  readyState: number = XMLHttpRequest.OPENED
  status = 0
  statusText = ''
  url = ''
  loaded = 0
  total = 0
  #response: Response | undefined
  #chunks: Uint8Array<ArrayBuffer>[] = []
  #body: { type: XMLHttpRequestResponseType; value: unknown } | undefined
  readonly #mimeType: string | undefined

  /** @param mimeType what the page says in place of the server */
  constructor(mimeType: string | undefined) {
    this.#mimeType = mimeType
  }

  begin(response: Response, url: string): void {
    this.#response = response
    this.status = response.status
    this.statusText = response.statusText
    this.url = (response.url || url).replace(/#.*/, '')
    this.total = Number(response.headers.get('Content-Length') ?? 0)
  }

  /** Reads the body; yields as each part has arrived. */
  async *chunks(signal: AbortSignal): AsyncGenerator<void> {
    const reader = this.#response?.body?.getReader()
    signal.addEventListener('abort', () => void reader?.cancel().catch(() => undefined))
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      this.#chunks.push(part.value)
      this.loaded += part.value.byteLength
      yield
    }
    signal.throwIfAborted()
  }

  fail(): void {
    this.#response = undefined
    this.#chunks = []
    this.status = 0
    this.statusText = ''
    this.url = ''
  }

  header(name: string): string | null {
    return this.#response?.headers.get(name) ?? null
  }

  allHeaders(): string {
    return [...(this.#response?.headers ?? [])].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  text(): string {
    return String(this.body(''))
  }

  document(): Document | null {
    return /\b(html|xml)\b/.test(this.#type()) ? this.#document() : null
  }

  /** Of a text there may be a part; of anything else all or nothing. The same object at every call. */
  body(type: XMLHttpRequestResponseType): unknown {
    const isText = type === '' || type === 'text'
    if (isText) return this.#text()
    if (this.readyState !== XMLHttpRequest.DONE || !this.#response) return null
    if (this.#body?.type !== type) this.#body = { type, value: this.#value(type) }
    return this.#body.value
  }

  #value(type: Exclude<XMLHttpRequestResponseType, '' | 'text'>): unknown {
    switch (type) {
      case 'json':
        try {
          return JSON.parse(this.#text())
        } catch {
          return null
        }
      case 'blob':
        return new Blob(this.#chunks, { type: this.#type() })
      case 'arraybuffer':
        return this.#bytes().buffer
      case 'document':
        return this.#document()
    }
  }

  #type(): string {
    return this.#mimeType ?? this.header('Content-Type') ?? ''
  }

  #bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.loaded)
    let at = 0
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    return bytes
  }

  #text(): string {
    const charset = /charset="?([^\s;"]+)/i.exec(this.#type())?.[1]
    try {
      return new TextDecoder(charset).decode(this.#bytes())
    } catch {
      return new TextDecoder().decode(this.#bytes())
    }
  }

  #document(): Document {
    const type = this.#type().includes('html') ? 'text/html' : 'application/xml'
    return new DOMParser().parseFromString(this.#text(), type)
  }
}
