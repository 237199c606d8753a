import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'puppeteer-core'
import type { BodyKind } from '../app/bench-page.ts'
import { memoryOf, workerHeap, type Run } from '../browser.ts'
import { Contest } from '../contest.ts'
import { BARE, NONE, OURS } from '../contestants.ts'
import { ratioRows, rowsOfEach, type Effort, type Measure, type Row } from '../measure.ts'

const KINDS: readonly BodyKind[] = ['Blob', 'File', 'FormData', 'ArrayBuffer']
const GOAL = 1.05
const MB = 2 ** 20
/** MB */
const LARGE = 100

/**
 * Time, and the peak of all the browser's processes above what they took before; in rounds of their own, as to read the
 * memory of every process takes time that the upload should have.
 */
export const uploads: Measure = async (browser, effort, found) => {
  const rows: Row[] = []
  // What the browser holds of large bodies goes with the profiles.
  const parts = effort.megabytes.flatMap((size) =>
    (size < LARGE ? [KINDS] : KINDS.map((kind) => [kind])).map((kinds) => ({ size, kinds })),
  )
  for (const { size, kinds } of parts) {
    const contest = await Contest.start(browser, `upload of ${size} MB, ${kinds.join()}`, [NONE, BARE, OURS])
    const measured = await rowsOfEach(
      kinds,
      (kind) => ({ measure: `upload of ${size} MB, ${kind}`, name: OURS.name }),
      (kind) => measure(browser, contest, kind, size, effort),
      found,
    )
    rows.push(...measured, ...(await contest.close()))
  }
  return rows
}

async function measure(
  browser: Browser,
  contest: Contest,
  kind: BodyKind,
  size: number,
  { uploadRounds, warmUp }: Effort,
): Promise<Row[]> {
  const rounds = uploadRounds(size)
  const what = `upload of ${size} MB, ${kind}`
  const time = await contest.turns({ rounds, warmUp }, (run) => withBody(run, kind, size, upload))
  const memory = await contest.turns({ rounds: Math.ceil(rounds / 3), warmUp: 0 }, (run) =>
    withBody(run, kind, size, async () => {
      const peak = watchMemory(browser)
      await upload(run)
      return (await peak()) / MB
    }),
  )
  return [
    ...ratioRows(`${what}: time`, time, BARE.name, (name) => (name === OURS.name ? GOAL : undefined)),
    ...[...memory].map(([name, samples]): Row => ({
      measure: `${what}: peak memory`,
      name,
      value: `${Math.round(samples.p50)} MB`,
      samples,
      unit: 'MB',
    })),
  ]
}

/** @returns how long it took, ms */
const upload = ({ page }: Run): Promise<number> => page.evaluate(() => window.bench.upload())

async function withBody(
  run: Run,
  kind: BodyKind,
  size: number,
  sample: (run: Run) => Promise<number>,
): Promise<number> {
  const { page } = run
  await page.evaluate((...args) => window.bench.prepare(...args), kind, size)
  await collect(page)
  const value = await sample(run)
  // The browser has room for some hundred MB, and a worker holds each body that it has passed on until its own collection.
  await page.evaluate(() => window.bench.prepare(undefined, 0))
  await collect(page)
  if (size >= LARGE && run.contestant.worker !== undefined) await workerHeap(run)
  return value
}

/** @returns ends the watch and tells how far above the start the memory was at its peak, bytes */
function watchMemory(browser: Browser): () => Promise<number> {
  let isOver = false
  const before = memoryOf(browser)
  let peak = before
  const watch = (async () => {
    while (!isOver) {
      await sleep(40)
      peak = Math.max(peak, memoryOf(browser))
    }
  })()
  return async () => {
    isOver = true
    await watch
    return peak - before
  }
}

async function collect(page: Run['page']): Promise<void> {
  await page.evaluate(() => {
    if ('gc' in window && typeof window.gc === 'function') window.gc()
  })
  await sleep(100)
}
