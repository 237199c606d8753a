import { setTimeout as sleep } from 'node:timers/promises'
import { Run, stopWorkers, watchStarts } from '../browser.ts'
import { OURS } from '../contestants.ts'
import type { Measure, Row } from '../measure.ts'

/** What open pages cost while nobody does anything. */
export const idle: Measure = (browser, effort) =>
  Promise.all(
    effort.tabs.map(async (count): Promise<Row> => {
      const run = await Run.start(browser, OURS)
      for (let i = 1; i < count; i++) await run.tab()
      await stopWorkers(run.page)
      run.server.counts.clear()
      const starts = await watchStarts(run.page)
      await sleep(effort.idle * 1000)
      const [wakeUps, requests] = [await starts(), run.server.requests]
      await run.close()
      return {
        measure: `${effort.idle} s idle, ${count} tab${count > 1 ? 's' : ''}: requests, starts of the worker`,
        name: OURS.name,
        value: `${requests}, ${wakeUps}`,
        goal: '0, 0',
        isReached: requests === 0 && wakeUps === 0,
      }
    }),
  )
