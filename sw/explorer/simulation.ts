import fc from 'fast-check'

/** Whom a task belongs to; nothing of what is dead ever goes on. */
export interface Owner {
  readonly alive: boolean
}

interface Task {
  id: number
  label: string
  owner: Owner | undefined
}

interface Timer {
  at: number
  label: string
  owner: Owner | undefined
  fire: () => void
}

const DONE = Promise.resolve()
const FOREVER: Owner = { alive: true }

/** Where more steps than this pass, something goes round in circles. */
const MOST_STEPS = 6000

export class Livelock extends Error {}

/** Resolves when no microtask is left. */
const drained = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

/**
 * Virtual time, and the order in which asynchronous things happen. All that is ready at one moment is in fast-check's
 * scheduler; `choices` say which of it comes next, and time goes on only when nothing is ready.
 *
 * `fc.scheduler()` draws the order itself and cannot shrink it; so this one is a `schedulerFor` an order that grows as
 * the choices are made, and the choices shrink towards "the oldest first".
 */
export class Simulation {
  /** ms since the epoch, in truth: what the device's clock shows is another matter. */
  time: number
  steps = 0
  /** Written along where somebody wants to read it. */
  trace: string[] | undefined
  onStep: (label: string) => void = () => undefined
  readonly #choices: readonly number[]
  readonly #order: number[] = []
  readonly #scheduler = fc.schedulerFor(this.#order)
  readonly #ready: Task[] = []
  #timers: Timer[] = []
  #scheduled = 0

  constructor(start: number, choices: readonly number[]) {
    this.time = start
    this.#choices = choices
  }

  get ready(): readonly { label: string }[] {
    return this.#ready
  }

  note(text: () => string): void {
    this.trace?.push(`${((this.time - START) / 1000).toFixed(1).padStart(8)} s  ${text()}`)
  }

  /** Resolves when it is this task's turn; never, where its owner has died by then. */
  step(label: string, owner: Owner = FOREVER): Promise<void> {
    this.#ready.push({ id: ++this.#scheduled, label, owner })
    const turn = this.#scheduler.schedule(DONE, label)
    return new Promise((resolve) => {
      void turn.then(() => {
        if (owner.alive) resolve()
      })
    })
  }

  /** @returns what calls it off */
  timer(ms: number, label: string, fire: () => void, owner: Owner = FOREVER): () => void {
    const timer: Timer = { at: this.time + ms, label, owner, fire }
    this.#timers.push(timer)
    return () => {
      timer.fire = () => undefined
      const index = this.#timers.indexOf(timer)
      if (index >= 0) this.#timers.splice(index, 1)
    }
  }

  pause(ms: number, label: string, owner: Owner = FOREVER): Promise<void> {
    return new Promise((resolve) => this.timer(ms, label, resolve, owner))
  }

  /** Runs what is ready, one at a time, until there is nothing or `isEnough`. */
  async runReady(isEnough: () => boolean): Promise<void> {
    await drained()
    while (this.#ready.length > 0 && !isEnough()) {
      const index = this.#next()
      const [task] = this.#ready.splice(index, 1)
      if (!task) return
      this.#order.push(task.id)
      if (task.owner?.alive) {
        if (++this.steps > MOST_STEPS) throw new Livelock(`${MOST_STEPS} steps`)
        this.note(() => `[task ${task.id}] ${task.label}`)
      }
      // `waitNext(1)` would spend 50 microtasks on looking for more to do.
      void this.#scheduler.waitOne()
      await drained()
      if (task.owner?.alive) this.onStep(task.label)
    }
  }

  /** Runs until `isEnough`, or until time has gone on by `ms` and nothing more is ready. */
  async run(ms: number, isEnough: () => boolean = () => false): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await this.runReady(isEnough)
      if (isEnough()) return
      if (!this.#advance(end)) break
    }
    this.time = Math.max(this.time, end)
  }

  /** Time goes on by `ms` at once, as while a laptop sleeps: all that fell due meanwhile is due now. */
  leap(ms: number): void {
    this.time += ms
    while (this.#advance(this.time));
  }

  #next(): number {
    // What is dead only has to be got rid of.
    const dead = this.#ready.findIndex(({ owner }) => owner?.alive === false)
    if (dead >= 0) return dead
    const choice = this.#ready.length > 1 ? this.#choices[this.steps] : 0
    return choice === undefined ? 0 : choice % this.#ready.length
  }

  /** Makes the timers of the next due moment ready. */
  #advance(end: number): boolean {
    this.#timers = this.#timers.filter(({ owner }) => owner?.alive !== false)
    const at = Math.min(...this.#timers.map((timer) => timer.at))
    if (at > end || this.#timers.length === 0) return false
    this.time = Math.max(this.time, at)
    const due = this.#timers.filter((timer) => timer.at <= at)
    this.#timers = this.#timers.filter((timer) => timer.at > at)
    for (const timer of due) {
      const turn = this.step(timer.label, timer.owner)
      void turn.then(() => timer.fire())
    }
    return true
  }
}

/** Where the time of every schedule begins. */
export const START = Date.parse('2026-09-01T12:00:00Z')
