import { startAll, stopWorkers } from '../browser.ts'
import { BARE, NONE, OURS } from '../contestants.ts'
import { ratioRow, type Measure } from '../measure.ts'
import { takeTurns } from './requests.ts'

const GOAL = 1.03
const FILE = '/static.js'

/** What a worker costs the files that it has nothing to do with, awake or not. */
export const staticFiles: Measure = async (browser, effort) => {
  const runs = await startAll(browser, [NONE, BARE, OURS])
  const warm = await takeTurns(runs, effort, (page) =>
    page.evaluate((count, url) => window.bench.sequence(count, url), effort.gets, FILE),
  )
  const cold = await takeTurns(
    runs,
    { ...effort, rounds: effort.slowRounds },
    async (page, { contestant }) => {
      if (contestant.worker !== undefined) await stopWorkers(page)
      return page.evaluate((url) => window.bench.sequence(1, url), FILE)
    },
  )
  for (const run of runs) await run.close()
  return [
    { measure: 'static file, worker running', all: warm },
    { measure: 'static file, worker stopped', all: cold },
  ].flatMap(({ measure, all }) => {
    const base = all.get(BARE.name)
    if (!base) return []
    return [...all].map(([name, samples]) =>
      ratioRow({ measure, name }, samples, base, name === OURS.name ? GOAL : undefined),
    )
  })
}
