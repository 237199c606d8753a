import type { Inspection } from '../../sw/protocol/inspection.ts'
import type { TokenBrokerClient } from '../token-broker-client.ts'
import { factsOf, type Fact } from './facts.ts'
import { make } from './make.ts'
import { rowsOf, type Row } from './rows.ts'
import { STYLES } from './styles.ts'
import { TimelineTable } from './table.ts'

/** How often a visible panel asks the worker, ms. A panel that nobody sees asks nothing. */
const PAUSE = 1000
const EVENTS = ['session-changed', 'login-required', 'step-up-required', 'broker-error'] as const

/**
 * `<token-broker-inspector>`: what a broker knows and has done lately. Set its `broker`. While it is seen it asks the
 * worker once a second; give it a `max-height` where it shall not grow beyond 32 em.
 */
export class TokenBrokerInspector extends HTMLElement {
  #broker: TokenBrokerClient | undefined
  /** By worker: a new one knows nothing of what the one before has done. */
  readonly #rows = new Map<string, Row[]>()
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #facts = make('dl')
  /** Read aloud when it changes. */
  readonly #news = make('p', { role: 'status' })
  readonly #empty = make('p', { class: 'empty' }, 'Nothing yet.')
  readonly #table = new TimelineTable()
  readonly #look = (): void => void this.refresh()

  constructor() {
    super()
    const styles = new CSSStyleSheet()
    styles.replaceSync(STYLES)
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [styles]
    root.append(
      make(
        'section',
        { 'aria-label': 'Token broker' },
        make('header', {}, make('h2', {}, 'Token broker'), this.#facts, this.#news),
        make(
          'div',
          { class: 'scroll', role: 'region', 'aria-label': 'Timeline, newest first', tabindex: '0' },
          this.#empty,
          this.#table.element,
        ),
      ),
    )
    this.#table.show([])
  }

  get broker(): TokenBrokerClient | undefined {
    return this.#broker
  }

  set broker(broker: TokenBrokerClient | undefined) {
    for (const type of EVENTS) {
      this.#broker?.removeEventListener(type, this.#look)
      broker?.addEventListener(type, this.#look)
    }
    if (broker !== this.#broker) this.#rows.clear()
    this.#broker = broker
    this.#look()
  }

  connectedCallback(): void {
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
    const broker = this.#broker
    if (!this.isConnected || !broker) return
    try {
      const inspection = await broker.inspect()
      if (broker !== this.#broker) return
      this.#rows.set(inspection.worker, rowsOf(inspection.worker, inspection.timeline))
      this.#show(inspection)
    } catch (cause) {
      if (broker === this.#broker) this.#say(cause instanceof Error ? cause.message : String(cause))
    }
  }

  #show(inspection: Inspection): void {
    const rows = [...this.#rows.values()]
      .flat()
      .reverse()
      .sort((a, b) => b.at - a.at)
    this.#facts.replaceChildren(...factsOf(inspection, rows, Date.now()).map(fact))
    this.#table.show(rows)
    this.#empty.hidden = rows.length > 0
    const news = rows.find(({ isNews }) => isNews)
    this.#say(news ? [news.kind.replace('↳ ', ''), news.what, news.result].filter(Boolean).join(' · ') : '')
  }

  #say(text: string): void {
    if (this.#news.textContent !== text) this.#news.textContent = text
  }
}

const fact = ({ name, text, tone }: Fact): HTMLElement =>
  make('div', {}, make('dt', {}, name), make('dd', { class: tone }, text))

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
