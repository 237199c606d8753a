import type { BrowserContext } from '@playwright/test'
import { Tab } from '../tab.ts'
import { hardReload } from '../worker.ts'
import type { Random } from '../random.ts'
import type { Journal } from './journal.ts'
import type { Call } from './judge.ts'
import { CallingTab } from './traffic.ts'

export interface TabsOptions {
  context: BrowserContext
  url: string
  seed: number
  journal: Journal
  /** Where the calls are noted that Chromium did not give to the worker. */
  bypassed: Set<string>
  onCall: (call: Call) => void
}

/** As often as a page may fail to get its worker because that was killed again and again. */
const TRIES = 4

/** The tabs of the app, always the same number of them. */
export class Tabs {
  readonly #options: TabsOptions
  readonly #open: CallingTab[] = []
  #count = 0

  constructor(options: TabsOptions) {
    this.#options = options
  }

  get all(): readonly CallingTab[] {
    return this.#open
  }

  any(random: Random): CallingTab {
    const tab = this.#open[Math.floor(random() * this.#open.length)]
    if (!tab) throw new Error('No tab is open')
    return tab
  }

  async open(): Promise<void> {
    const { context, url, seed, bypassed, onCall } = this.#options
    const name = `tab${++this.#count}`
    const tab = new Tab(await context.newPage())
    const over = this.#options.journal.begin('page', 'opened', name)
    await this.#untilReady(tab, () => tab.page.goto(url))
    over()
    this.#open.push(new CallingTab(name, tab, seed, bypassed, onCall))
  }

  /** Closes a tab in the middle of its calls and opens another one. */
  async replace(random: Random): Promise<void> {
    const victim = this.any(random)
    this.#open.splice(this.#open.indexOf(victim), 1)
    const stopped = victim.stop()
    await victim.exclusively(async () => {
      const over = this.#options.journal.begin('page', 'closed', victim.name)
      await victim.tab.page.close()
      await stopped
      over()
    })
    await this.open()
  }

  async reload(victim: CallingTab, how: 'reload' | 'hard reload' | 'cure'): Promise<void> {
    const { name, tab } = victim
    await victim.away(async () => {
      // It may have been replaced while it waited for its turn.
      if (tab.page.isClosed()) return
      const over = this.#options.journal.begin('page', how, name)
      await this.#untilReady(tab, () => (how === 'hard reload' ? hardReload(tab.page) : tab.page.reload()))
      victim.isPastWorker = false
      over()
    })
  }

  /** Reloads the pages that Chromium has cut off from their worker, as their users would have to. */
  async cure(): Promise<void> {
    for (const calling of this.#open.filter(({ isPastWorker }) => isPastWorker))
      await this.reload(calling, 'cure')
  }

  /** Every call has ended afterwards. */
  async stop(): Promise<void> {
    await Promise.all(this.#open.map((tab) => tab.stop()))
  }

  async #untilReady(tab: Tab, load: () => Promise<unknown>): Promise<void> {
    for (let tries = TRIES; ; tries--) {
      const from = Date.now()
      await load()
      // Undefined where the page's script did not come, as its connection was cut.
      const outcome: string | undefined = await tab.outcome()
      if (outcome === 'ready') return
      const { journal } = this.#options
      const excuses = journal
        .during(from, Date.now())
        .filter(({ deed }) => deed === 'kill' || deed === 'endpoint')
      if (tries === 1 || excuses.length === 0)
        throw new Error(`a page did not get its worker: ${outcome ?? 'its script failed to load'}`)
    }
  }
}
