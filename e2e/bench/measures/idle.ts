import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'puppeteer-core'
import { Run, stopWorkers, watchStarts } from '../browser.ts'
import { OURS } from '../contestants.ts'
import { failed, type Measure, type Row } from '../measure.ts'

/** What open pages cost while nobody does anything. */
export const idle: Measure = (browser, effort) =>
  Promise.all(
    effort.tabs.map(async (count) => {
      const measure = `${effort.idle} s idle, ${count} tab${count > 1 ? 's' : ''}: requests, starts of the worker`
      try {
        return await rest(browser, measure, count, effort.idle)
      } catch (cause) {
        return failed(measure, OURS.name, cause)
      }
    }),
  )

async function rest(browser: Browser, measure: string, count: number, seconds: number): Promise<Row> {
  const run = await Run.start(browser, OURS)
  try {
    for (let i = 1; i < count; i++) await run.tab()
    await stopWorkers(run.page)
    run.server.counts.clear()
    const starts = await watchStarts(run.page)
    await sleep(seconds * 1000)
    const [wakeUps, requests] = [await starts(), run.server.requests]
    return {
      measure,
      name: OURS.name,
      value: `${requests}, ${wakeUps}`,
      goal: '0, 0',
      isReached: requests === 0 && wakeUps === 0,
    }
  } finally {
    await run.close()
  }
}
