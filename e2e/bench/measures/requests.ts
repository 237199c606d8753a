import type { Page } from 'puppeteer-core'
import { startAll, type Run } from '../browser.ts'
import { ALL, AXA, BARE, DPOP, OAUTH, OURS } from '../contestants.ts'
import { ratioRow, type Effort, type Measure, type Row } from '../measure.ts'
import { shuffled, summary, type Summary } from '../stats.ts'

const WARM = 'protected GET, warm'
const BURST = '200 protected GETs at once'
const AT_ONCE = 200
const GOALS: Readonly<Record<string, number>> = { [WARM]: 1.03, [BURST]: 1.05 }
const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)

/** Every contestant has its turn in every round, in another order each time. */
export const requests: Measure = async (browser, effort) => {
  const runs = await startAll(browser, ALL)
  const warm = await takeTurns(runs, effort, (page) =>
    page.evaluate((count) => window.bench.sequence(count), effort.gets),
  )
  const burst = await takeTurns(runs, { ...effort, rounds: effort.slowRounds }, async (page) => {
    const { statuses, took } = await page.evaluate((count) => window.bench.burst(count), AT_ONCE)
    if (statuses.some((status) => status !== 200))
      throw new Error(`Not all were answered 200: ${statuses.join()}`)
    return took
  })
  for (const run of runs) await run.close()
  return [...rows(WARM, warm), ...rows(BURST, burst)]
}

/** @returns the samples of each run, by the contestant's name */
export async function takeTurns(
  runs: readonly Run[],
  { rounds, warmUp }: Pick<Effort, 'rounds' | 'warmUp'>,
  sample: (page: Page, run: Run) => Promise<number>,
): Promise<Map<string, Summary>> {
  const samples = new Map<string, number[]>(runs.map(({ contestant }) => [contestant.name, []]))
  for (let round = -warmUp; round < rounds; round++)
    for (const run of shuffled(runs)) {
      const value = await sample(run.page, run)
      if (round >= 0) samples.get(run.contestant.name)?.push(value)
    }
  return new Map([...samples].map(([name, values]) => [name, summary(values)]))
}

function rows(measure: string, all: ReadonlyMap<string, Summary>): Row[] {
  const base = all.get(BARE.name)
  const axa = all.get(AXA.name)
  const ours = all.get(OAUTH.name)
  if (!base || !axa || !ours) throw new Error('A contestant is missing')
  const against = [...all].map(([name, samples]) =>
    ratioRow({ measure, name }, samples, base, OWN.includes(name) ? GOALS[measure] : undefined),
  )
  return [
    ...against,
    ratioRow({ measure: `${measure}, against ${AXA.name}`, name: OAUTH.name }, ours, axa, 0.95),
  ]
}
