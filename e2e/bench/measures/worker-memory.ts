import type { Browser } from 'puppeteer-core'
import { Run, workerHeap } from '../browser.ts'
import { DPOP, OURS, type Contestant } from '../contestants.ts'
import { rowsOfEach, type Measure, type Row } from '../measure.ts'

const AT_ONCE = 50
const PORTION = 5000
const MB = 2 ** 20
/** What compiled code and caches may add, bytes. */
const FLAT = 2 ** 19

/** The heap of the worker after many requests to as many addresses. */
export const workerMemory: Measure = (browser, { requests }, found) =>
  rowsOfEach(
    // Signatures take their time.
    [
      { contestant: OURS, counts: requests },
      { contestant: DPOP, counts: requests.slice(0, -1) },
    ],
    ({ contestant }) => ({ measure: 'heap of the worker', name: contestant.name }),
    ({ contestant, counts }) => heaps(browser, contestant, counts),
    found,
  )

async function heaps(browser: Browser, contestant: Contestant, counts: readonly number[]): Promise<Row[]> {
  const run = await Run.start(browser, contestant)
  try {
    const rows: Row[] = []
    let [done, first, unanswered] = [0, 0, 0]
    for (const count of counts) {
      // Not all in one call, which has a time limit.
      for (; done < count; done += Math.min(PORTION, count - done))
        unanswered += await sendAll(run, done, Math.min(done + PORTION, count))
      const heap = await workerHeap(run)
      first ||= heap
      rows.push({
        measure: `heap of the worker after ${count.toLocaleString('en')} request${count > 1 ? 's' : ''}`,
        name: contestant.name,
        value: `${(heap / MB).toFixed(2)} MB${unanswered > 0 ? `, ${unanswered} not answered 200` : ''}`,
        ...(count > 1 && { goal: 'flat', isReached: heap - first < FLAT && unanswered === 0 }),
      })
    }
    return rows
  } finally {
    await run.close()
  }
}

/** @returns how many were not answered 200 */
const sendAll = ({ page }: Run, begin: number, end: number): Promise<number> =>
  page.evaluate(
    async (from, to, step) => {
      let bad = 0
      for (let at = from; at < to; at += step) {
        const count = Math.min(step, to - at)
        const statuses = await Promise.all(
          Array.from({ length: count }, async (_, i) => {
            const response = await fetch(`/api/orders/${at + i}`).catch(() => Response.error())
            // Chromium has no room for more than 16,384 answers of which nobody reads the body.
            await response.arrayBuffer()
            return response.status
          }),
        )
        bad += statuses.filter((status) => status !== 200).length
      }
      return bad
    },
    begin,
    end,
    AT_ONCE,
  )
