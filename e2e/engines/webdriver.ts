/** A session of the classic WebDriver protocol. It runs one command at a time, on one of its windows. */
export class WebDriverSession {
  readonly version: string
  readonly #url: string
  readonly #first: string
  #last: Promise<unknown> = Promise.resolve()
  #window = ''

  private constructor(url: string, version: string, first: string) {
    this.#url = url
    this.version = version
    this.#first = first
  }

  static async start(driver: string, capabilities: object): Promise<WebDriverSession> {
    const { sessionId, capabilities: got } = fields(
      await send(`${driver}/session`, 'POST', { capabilities: { alwaysMatch: capabilities } }),
    )
    const url = `${driver}/session/${String(sessionId)}`
    const first = await send(`${url}/window`, 'GET')
    return new WebDriverSession(url, String(fields(got)['browserVersion']), String(first))
  }

  newWindow(): Promise<string> {
    return this.#inTurn(async () => {
      // The window that was in use last may be closed.
      await send(`${this.#url}/window`, 'POST', { handle: this.#first })
      this.#window = this.#first
      const { handle } = fields(await send(`${this.#url}/window/new`, 'POST', { type: 'tab' }))
      return String(handle)
    })
  }

  closeWindow(window: string): Promise<void> {
    return this.command(window, 'window', undefined, 'DELETE').then(() => {
      this.#window = ''
    })
  }

  /** @returns the command's value */
  command(window: string, path: string, body: object = {}, method = 'POST'): Promise<unknown> {
    return this.#inTurn(async () => {
      if (this.#window !== window) await send(`${this.#url}/window`, 'POST', { handle: window })
      this.#window = window
      return send(`${this.#url}/${path}`, method, method === 'POST' ? body : undefined)
    })
  }

  end(): Promise<unknown> {
    return this.#inTurn(() => send(this.#url, 'DELETE'))
  }

  #inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(action)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

/** @see https://www.w3.org/TR/webdriver1/#handling-errors */
async function send(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const { value } = fields(await response.json())
  if (response.ok) return value
  const { error, message } = fields(value)
  throw new Error(`WebDriver: ${String(error)}: ${String(message)}`)
}

export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
