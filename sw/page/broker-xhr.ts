import { untilAborted, type AnswerInPage } from './broker-fetch.ts'
import { XhrAnswer } from './xhr-answer.ts'

/** An `XMLHttpRequest` that asks the broker first; a synchronous one cannot wait for it and is left alone. */
export function brokerXMLHttpRequest(
  Native: typeof XMLHttpRequest,
  answer: AnswerInPage,
): typeof XMLHttpRequest {
  return class BrokerXMLHttpRequest extends Native {
    #request: { method: string; url: string } | undefined
    #headers = new Headers()
    #mimeType: string | undefined
    /** Where the broker answers: what the page sees of it so far. */
    #answer: XhrAnswer | undefined
    #ending: AbortController | undefined

    override open(method: string, url: string | URL, ...rest: [boolean?, string?, string?]): void {
      const [isAsync = true, user = null, password = null] = rest
      this.#ending?.abort()
      this.#answer = undefined
      this.#headers = new Headers()
      this.#request = isAsync ? { method, url: String(url) } : undefined
      super.open(method, url, isAsync, user, password)
    }

    override setRequestHeader(name: string, value: string): void {
      super.setRequestHeader(name, value)
      this.#headers.append(name, value)
    }

    override overrideMimeType(mime: string): void {
      super.overrideMimeType(mime)
      this.#mimeType = mime
    }

    override send(body?: Document | XMLHttpRequestBodyInit | null): void {
      this.#ending = new AbortController()
      const request = this.#toRequest(body, this.#ending.signal)
      const answered = request && answer(request)
      if (answered && request) void this.#receive(request, answered, this.#ending)
      else super.send(body)
    }

    override abort(): void {
      if (this.#answer) this.#ending?.abort()
      else super.abort()
    }

    override get readyState(): number {
      return this.#answer?.readyState ?? super.readyState
    }
    override get status(): number {
      return this.#answer?.status ?? super.status
    }
    override get statusText(): string {
      return this.#answer?.statusText ?? super.statusText
    }
    override get responseURL(): string {
      return this.#answer?.url ?? super.responseURL
    }
    override get responseText(): string {
      return this.#answer?.text() ?? super.responseText
    }
    override get responseXML(): Document | null {
      return this.#answer ? this.#answer.document() : super.responseXML
    }
    override get response(): unknown {
      return this.#answer ? this.#answer.body(this.responseType) : super.response
    }
    override getResponseHeader(name: string): string | null {
      return this.#answer ? this.#answer.header(name) : super.getResponseHeader(name)
    }
    override getAllResponseHeaders(): string {
      return this.#answer?.allHeaders() ?? super.getAllResponseHeaders()
    }

    #toRequest(body: Document | XMLHttpRequestBodyInit | null | undefined, signal: AbortSignal) {
      if (!this.#request) return undefined
      const { method, url } = this.#request
      const hasBody = !/^(GET|HEAD)$/i.test(method)
      try {
        return new Request(new URL(url, document.baseURI), {
          method,
          headers: this.#headers,
          body: hasBody
            ? body instanceof Document
              ? new XMLSerializer().serializeToString(body)
              : (body ?? null)
            : null,
          credentials: this.withCredentials ? 'include' : 'same-origin',
          signal,
        })
      } catch {
        return undefined
      }
    }

    async #receive(request: Request, answered: Promise<Response>, ending: AbortController): Promise<void> {
      const received = (this.#answer = new XhrAnswer(this.#mimeType))
      const fire = (type: string): void => {
        const { loaded, total } = received
        const init = { loaded, total, lengthComputable: total > 0 }
        this.dispatchEvent(new ProgressEvent(type, init))
      }
      const enter = (readyState: number): void => {
        received.readyState = readyState
        this.dispatchEvent(new Event('readystatechange'))
      }
      let isLate = false
      const { timeout } = this
      const timer = setTimeout(
        () => {
          isLate = true
          ending.abort()
        },
        timeout > 0 ? timeout : 2 ** 31 - 1,
      )
      fire('loadstart')
      try {
        received.begin(await untilAborted(ending.signal, answered), request.url)
        enter(XMLHttpRequest.HEADERS_RECEIVED)
        for await (const _ of received.chunks(ending.signal)) {
          enter(XMLHttpRequest.LOADING)
          fire('progress')
        }
        enter(XMLHttpRequest.DONE)
        fire('load')
      } catch {
        // Opened anew meanwhile: its events are another request's.
        if (this.#answer !== received) return
        received.fail()
        enter(XMLHttpRequest.DONE)
        fire(isLate ? 'timeout' : ending.signal.aborted ? 'abort' : 'error')
      } finally {
        clearTimeout(timer)
      }
      fire('loadend')
    }
  }
}
