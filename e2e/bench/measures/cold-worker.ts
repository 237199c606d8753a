import { stopWorkers } from '../browser.ts'
import { Contest } from '../contest.ts'
import { BARE, DPOP, OAUTH, OURS } from '../contestants.ts'
import { ratioRows, type Measure } from '../measure.ts'

const MEASURE = 'first protected GET after the worker was stopped'
const GOAL = 1.1

/** What it costs to start the worker. @axa-fr keeps its tokens in the worker's memory, so it has none to be stopped. */
export const coldWorker: Measure = async (browser, effort) => {
  const contest = await Contest.start(browser, MEASURE, [BARE, OURS, OAUTH, DPOP])
  const all = await contest.turns({ ...effort, rounds: effort.slowRounds }, async ({ page }) => {
    await stopWorkers(page)
    return page.evaluate(() => window.bench.sequence(1))
  })
  const rows = ratioRows(MEASURE, all, BARE.name, (name) => (name === BARE.name ? undefined : GOAL))
  return [...rows, ...(await contest.close())]
}
