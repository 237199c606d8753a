import { startAll, stopWorkers } from '../browser.ts'
import { BARE, DPOP, OAUTH, OURS } from '../contestants.ts'
import { ratioRow, type Measure } from '../measure.ts'
import { takeTurns } from './requests.ts'

const MEASURE = 'first protected GET after the worker was stopped'
const GOAL = 1.1

/** What it costs to start the worker. @axa-fr keeps its tokens in the worker's memory, so it has none to be stopped. */
export const coldWorker: Measure = async (browser, effort) => {
  const runs = await startAll(browser, [BARE, OURS, OAUTH, DPOP])
  const all = await takeTurns(runs, { ...effort, rounds: effort.slowRounds }, async (page) => {
    await stopWorkers(page)
    return page.evaluate(() => window.bench.sequence(1))
  })
  for (const run of runs) await run.close()
  const base = all.get(BARE.name)
  if (!base) return []
  return [...all].map(([name, samples]) =>
    ratioRow({ measure: MEASURE, name }, samples, base, name === BARE.name ? undefined : GOAL),
  )
}
