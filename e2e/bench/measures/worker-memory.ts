import { Run, workerHeap } from '../browser.ts'
import { DPOP, OURS } from '../contestants.ts'
import type { Measure, Row } from '../measure.ts'

const AT_ONCE = 50
const MB = 2 ** 20
/** What compiled code and caches may add, bytes. */
const FLAT = 2 ** 19

/** The heap of the worker after many requests to as many addresses. */
export const workerMemory: Measure = async (browser, effort) => {
  const rows: Row[] = []
  for (const [contestant, counts] of [
    [OURS, effort.requests],
    // Signatures take their time.
    [DPOP, effort.requests.slice(0, -1)],
  ] as const) {
    const run = await Run.start(browser, contestant)
    let [done, first] = [0, 0]
    for (const count of counts) {
      await run.page.evaluate(
        async (from, to, step) => {
          for (let at = from; at < to; at += step)
            await Promise.all(
              Array.from({ length: Math.min(step, to - at) }, (_, i) =>
                window.bench.status(`/api/orders/${at + i}`),
              ),
            )
        },
        done,
        count,
        AT_ONCE,
      )
      done = count
      const heap = await workerHeap(run)
      first ||= heap
      rows.push({
        measure: `heap of the worker after ${count.toLocaleString('en')} request${count > 1 ? 's' : ''}`,
        name: contestant.name,
        value: `${(heap / MB).toFixed(2)} MB`,
        ...(count > 1 && { goal: 'flat', isReached: heap - first < FLAT }),
      })
    }
    await run.close()
  }
  return rows
}
