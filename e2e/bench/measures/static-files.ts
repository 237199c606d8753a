import { stopWorkers } from '../browser.ts'
import { Contest } from '../contest.ts'
import { BARE, NONE, OURS } from '../contestants.ts'
import { ratioRows, type Measure } from '../measure.ts'

const GOAL = 1.03
const FILE = '/static.js'

/** What a worker costs the files that it has nothing to do with, awake or not. */
export const staticFiles: Measure = async (browser, effort) => {
  const contest = await Contest.start(browser, 'static file', [NONE, BARE, OURS])
  const warm = await contest.turns(effort, ({ page }) =>
    page.evaluate((count, url) => window.bench.sequence(count, url), effort.gets, FILE),
  )
  const cold = await contest.turns({ ...effort, rounds: effort.slowRounds }, async ({ page, contestant }) => {
    if (contestant.worker !== undefined) await stopWorkers(page)
    return page.evaluate((url) => window.bench.sequence(1, url), FILE)
  })
  const goalOf = (name: string): number | undefined => (name === OURS.name ? GOAL : undefined)
  return [
    ...ratioRows('static file, worker running', warm, BARE.name, goalOf),
    ...ratioRows('static file, worker stopped', cold, BARE.name, goalOf),
    ...(await contest.close()),
  ]
}
