import type { Inspection } from '../../sw/protocol/inspection.ts'
import type { TokenBrokerClient } from '../token-broker-client.ts'
import { rowsOf, type Row } from './rows.ts'
import { STYLES } from './styles.ts'

/** How often a visible panel asks the worker, ms. A panel that nobody sees asks nothing. */
const PAUSE = 1000
const EVENTS = ['session-changed', 'login-required', 'step-up-required', 'broker-error'] as const

/**
 * `<token-broker-inspector>`: what a broker knows and has done lately. Set its `broker`.
 */
export class TokenBrokerInspector extends HTMLElement {
  #broker: TokenBrokerClient | undefined
  #inspection: Inspection | undefined
  /** By worker: a new one knows nothing of what the one before has done. */
  readonly #rows = new Map<string, Row[]>()
  #timer: ReturnType<typeof setInterval> | undefined
  #shown = ''
  readonly #root: ShadowRoot = this.attachShadow({ mode: 'open' })
  readonly #look = (): void => void this.refresh()

  get broker(): TokenBrokerClient | undefined {
    return this.#broker
  }

  set broker(broker: TokenBrokerClient | undefined) {
    for (const type of EVENTS) {
      this.#broker?.removeEventListener(type, this.#look)
      broker?.addEventListener(type, this.#look)
    }
    this.#broker = broker
    this.#look()
  }

  connectedCallback(): void {
    this.#root.innerHTML = `<style>${STYLES}</style>
<section aria-label="Token broker">
<header><h2>Token broker</h2><dl></dl></header>
<div class="scroll" role="region" aria-label="Timeline, newest first" tabindex="0">
<p class="empty">Nothing yet.</p>
<table hidden><thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">Result</th><th scope="col">Where</th></tr></thead><tbody></tbody></table>
</div>
<p class="empty" role="status" hidden></p>
</section>`
    this.#shown = ''
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible' && this.checkVisibility()) this.#look()
    }, PAUSE)
    this.#look()
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer)
  }

  /** Asks the broker and shows what it says. */
  async refresh(): Promise<void> {
    if (!this.isConnected || !this.#broker) return
    try {
      const inspection = await this.#broker.inspect()
      this.#inspection = inspection
      this.#rows.set(inspection.worker, rowsOf(inspection.worker, inspection.timeline))
      this.#say('')
    } catch (cause) {
      this.#say(cause instanceof Error ? cause.message : String(cause))
    }
    this.#show()
  }

  #say(text: string): void {
    const status = this.#root.querySelector<HTMLElement>('[role=status]')
    if (!status || status.textContent === text) return
    status.textContent = text
    status.hidden = text === ''
  }

  #show(): void {
    const facts = this.#root.querySelector('dl')
    const body = this.#root.querySelector('tbody')
    if (!facts || !body || !this.#inspection) return
    facts.replaceChildren(...factsOf(this.#inspection).map(([name, text, style]) => fact(name, text, style)))
    const rows = [...this.#rows.values()]
      .flat()
      .reverse()
      .sort((a, b) => b.at - a.at)
    // A table that is drawn anew takes a reader's place away.
    const now = JSON.stringify(rows)
    if (now === this.#shown) return
    this.#shown = now
    body.replaceChildren(...rows.map(line))
    const [empty, table] = [this.#root.querySelector('p'), this.#root.querySelector('table')]
    if (empty) empty.hidden = rows.length > 0
    if (table) table.hidden = rows.length === 0
  }
}

function factsOf({
  session,
  sessionHash,
  generation,
  refreshAt,
  worker,
}: Inspection): [string, string, string][] {
  const { status, reason, subject, scope, expiresAt } = session
  const facts: [string, string | undefined, string?][] = [
    ['Session', reason === undefined ? status : `${status} (${reason})`, status],
    ['User', subject],
    ['Session hash', sessionHash],
    ['Generation', generation?.toString()],
    ['Expires', expiresAt === undefined ? undefined : fromNow(expiresAt)],
    ['Next refresh', refreshAt === undefined ? undefined : fromNow(refreshAt)],
    ['Scope', scope],
    ['Worker', worker],
  ]
  return facts.flatMap(([name, text, style = '']) => (text === undefined ? [] : [[name, text, style]]))
}

function fromNow(at: number): string {
  const seconds = Math.round((at - Date.now()) / 1000)
  return seconds > 0 ? `in ${seconds} s` : `${-seconds} s ago`
}

function fact(name: string, text: string, style: string): HTMLElement {
  return make('div', make('dt', name), Object.assign(make('dd', text), { className: style }))
}

function line({ at, kind, what, result, tone, where }: Row): HTMLElement {
  const time = new Date(at).toLocaleTimeString([], { hour12: false })
  const cells = [time, kind, what, result, where].map((text) => make('td', text))
  cells[1]?.classList.add('kind')
  cells[3]?.classList.add('result')
  return Object.assign(make('tr', ...cells), { className: tone })
}

function make(tag: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  element.append(...children)
  return element
}

if (!customElements.get('token-broker-inspector'))
  customElements.define('token-broker-inspector', TokenBrokerInspector)

/**
 * Puts a panel at the end of `parent`.
 * @param parent default `document.body`
 */
export function showInspector(
  broker: TokenBrokerClient,
  parent: HTMLElement = document.body,
): TokenBrokerInspector {
  const panel = new TokenBrokerInspector()
  panel.broker = broker
  parent.append(panel)
  return panel
}

declare global {
  interface HTMLElementTagNameMap {
    'token-broker-inspector': TokenBrokerInspector
  }
}
