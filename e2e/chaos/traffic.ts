import { setTimeout as sleep } from 'node:timers/promises'
import type { Tab } from '../tab.ts'
import { between, pick, randomFor, type Random } from '../random.ts'
import { makeCall, type CallKind } from './calls.ts'
import type { Call } from './judge.ts'

const WEIGHTS: Record<CallKind, number> = {
  get: 6,
  slow: 2,
  'post json': 2,
  'post form': 1,
  'post blob': 1,
  image: 2,
  stream: 0.5,
  events: 0,
}
/** Calls that a tab makes at a time, beside its event stream. */
const LANES = 2
/** ms */
const PAUSE = { least: 20, most: 250 }
const DURATION = { least: 100, most: 900 }

/** A tab that calls steadily until it is told to stop, and pauses while its page is away. */
export class CallingTab {
  readonly name: string
  readonly tab: Tab
  readonly #onCall: (call: Call) => void
  readonly #lanes: Promise<void>[]
  #isStopped = false
  /** Whether the page has lost its worker and needs a reload. */
  isPastWorker = false
  #ready: Promise<void> = Promise.resolve()
  #turn: Promise<unknown> = Promise.resolve()
  #count = 0

  constructor(name: string, tab: Tab, seed: number, bypassed: Set<string>, onCall: (call: Call) => void) {
    this.name = name
    this.tab = tab
    tab.page.on('response', (response) => {
      const { pathname, search } = new URL(response.url())
      if (/^\/(api|auth)\//.test(pathname) && !response.fromServiceWorker()) {
        this.isPastWorker = true
        bypassed.add(/[^?&]*$/.exec(search)?.[0] ?? '')
      }
    })
    this.#onCall = onCall
    const lanes = Array.from({ length: LANES }, (_, lane) => randomFor(seed, `${name} ${lane}`))
    this.#lanes = [
      ...lanes.map((random) => this.#run(random, () => pick(random, WEIGHTS))),
      this.#run(randomFor(seed, `${name} events`), () => 'events'),
    ]
  }

  /** Makes no call while `absence` is going on; those that are under way suffer it. */
  away(absence: () => Promise<void>): Promise<void> {
    return this.exclusively(() => (this.#ready = absence()))
  }

  /** One such action at a time: a login in a page that no worker controls yet would go past the worker. */
  exclusively<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(action)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** No more calls; resolves when the last one has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#lanes)
  }

  async #run(random: Random, kindOf: () => CallKind): Promise<void> {
    while (!this.#isStopped) {
      await this.#ready.catch(() => undefined)
      const kind = kindOf()
      const id = `${this.name}-${++this.#count}`
      const from = Date.now()
      const outcome = await makeCall(
        this.tab,
        kind,
        id,
        Math.round(between(random, DURATION.least, DURATION.most)),
      )
      this.#onCall({ kind, id, tab: this.name, from, until: Date.now(), outcome })
      await sleep(between(random, PAUSE.least, PAUSE.most))
    }
  }
}
