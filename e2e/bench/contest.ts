import type { Browser } from 'puppeteer-core'
import { Run } from './browser.ts'
import type { Contestant } from './contestants.ts'
import { failed, type Effort, type Row } from './measure.ts'
import { within } from './within.ts'
import { shuffled, summary, type Summary } from './stats.ts'

/** A turn that takes longer is a failure, ms. */
const TURN = 30_000

/** Contestants that take turns. Who fails is out, and is told of in a row; the others go on. */
export class Contest {
  readonly #measure: string
  readonly #runs: Run[] = []
  readonly #failures: Row[] = []

  private constructor(measure: string) {
    this.#measure = measure
  }

  /** @param measure what rows of failures say */
  static async start(
    browser: Browser,
    measure: string,
    contestants: readonly Contestant[],
  ): Promise<Contest> {
    const contest = new Contest(measure)
    for (const contestant of contestants)
      try {
        contest.#runs.push(await Run.start(browser, contestant))
      } catch (cause) {
        contest.#failures.push(failed(measure, contestant.name, cause))
      }
    return contest
  }

  get runs(): readonly Run[] {
    return this.#runs
  }

  /** Adds one that needs some preparation. */
  async join(
    browser: Browser,
    contestant: Contestant,
    prepare: (run: Run) => Promise<unknown>,
  ): Promise<void> {
    try {
      const run = await Run.start(browser, contestant)
      this.#runs.push(run)
      await this.#attempt(run, () => prepare(run))
    } catch (cause) {
      this.#failures.push(failed(this.#measure, contestant.name, cause))
    }
  }

  /**
   * Everyone has a turn in every round, in another order each time.
   * @returns the samples of each contestant, by name
   */
  async turns(
    { rounds, warmUp }: Pick<Effort, 'rounds' | 'warmUp'>,
    sample: (run: Run) => Promise<number>,
  ): Promise<Map<string, Summary>> {
    const samples = new Map<string, number[]>(this.#runs.map(({ contestant }) => [contestant.name, []]))
    for (let round = -warmUp; round < rounds; round++)
      for (const run of shuffled(this.#runs)) {
        const value = await this.#attempt(run, () => within(TURN, sample(run)))
        if (round >= 0 && value !== undefined) samples.get(run.contestant.name)?.push(value)
      }
    return new Map(
      [...samples].filter(([, values]) => values.length > 0).map(([name, values]) => [name, summary(values)]),
    )
  }

  /** @returns a row for each failure */
  async close(): Promise<Row[]> {
    for (const run of this.#runs) await run.close()
    return this.#failures
  }

  async #attempt<Result>(run: Run, step: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await step()
    } catch (cause) {
      this.#failures.push(failed(this.#measure, run.contestant.name, cause))
      this.#runs.splice(this.#runs.indexOf(run), 1)
      await run.close().catch(() => undefined)
      return undefined
    }
  }
}
