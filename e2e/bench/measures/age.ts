import { Run, startAll, stopWorkers } from '../browser.ts'
import { BARE, MANY, OURS } from '../contestants.ts'
import { ratioRow, type Measure } from '../measure.ts'
import { takeTurns } from './requests.ts'

const GOAL = 1.03

/** What a request costs after a long life, in many windows, and with many entries in `protect`. */
export const age: Measure = async (browser, effort) => {
  const young = await startAll(browser, [BARE, OURS])
  const many = await Run.start(browser, MANY)
  const old = await Run.start(browser, { ...OURS, name: `jsonEndpoints, ${effort.refreshes} refreshes old` })
  await grow(old, effort.refreshes)
  const crowded = await Run.start(browser, { ...OURS, name: `jsonEndpoints, ${effort.windows} windows` })
  for (let i = 1; i < effort.windows; i++) await crowded.tab()
  const runs = [...young, many, old, crowded]
  const warm = await takeTurns(runs, effort, (page) =>
    page.evaluate((count) => window.bench.sequence(count), effort.gets),
  )
  const cold = await takeTurns(runs, { ...effort, rounds: effort.slowRounds }, async (page) => {
    await stopWorkers(page)
    return page.evaluate(() => window.bench.sequence(1))
  })
  for (const run of runs) await run.close()
  return [
    { measure: 'with age: protected GET, warm', all: warm, goal: GOAL },
    { measure: 'with age: first protected GET after the worker was stopped', all: cold, goal: 1.1 },
  ].flatMap(({ measure, all, goal }) => {
    const base = all.get(BARE.name)
    if (!base) return []
    return [...all].map(([name, samples]) =>
      ratioRow({ measure, name }, samples, base, name === BARE.name ? undefined : goal),
    )
  })
}

/** Each call finds its token refused. */
async function grow({ page, server }: Run, refreshes: number): Promise<void> {
  for (let i = 0; i < refreshes; i++) {
    server.tokens.revoke()
    const status = await page.evaluate(() => window.bench.status())
    if (status !== 200) throw new Error(`Refresh ${i} was answered ${status}`)
  }
}
