import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'puppeteer-core'
import type { BodyKind } from '../app/bench-page.ts'
import { memoryOf, startAll, type Run } from '../browser.ts'
import { BARE, NONE, OURS } from '../contestants.ts'
import { ratioRow, type Measure, type Row } from '../measure.ts'
import { shuffled, summary } from '../stats.ts'

const KINDS: readonly BodyKind[] = ['Blob', 'File', 'FormData', 'ArrayBuffer']
const GOAL = 1.05
const MB = 2 ** 20

interface Samples {
  time: number[]
  memory: number[]
}

/** Time, and the peak of all the browser's processes above what they took before. */
export const uploads: Measure = async (browser, { megabytes, uploadRounds, warmUp }) => {
  const runs = await startAll(browser, [NONE, BARE, OURS])
  const rows: Row[] = []
  for (const size of megabytes)
    for (const kind of KINDS) {
      const samples = new Map<string, Samples>(
        runs.map(({ contestant }) => [contestant.name, { time: [], memory: [] }]),
      )
      for (let round = -warmUp; round < uploadRounds; round++)
        for (const run of shuffled(runs)) {
          const { time, memory } = await upload(browser, run, kind, size)
          if (round < 0) continue
          samples.get(run.contestant.name)?.time.push(time)
          samples.get(run.contestant.name)?.memory.push(memory / MB)
        }
      rows.push(...rowsOf(`upload of ${size} MB, ${kind}`, samples))
    }
  for (const run of runs) await run.close()
  return rows
}

async function upload(
  browser: Browser,
  { page }: Run,
  kind: BodyKind,
  size: number,
): Promise<{ time: number; memory: number }> {
  await page.evaluate((...args) => window.bench.prepare(...args), kind, size)
  await collect(page)
  const before = memoryOf(browser)
  let peak = before
  let isOver = false
  const watch = (async () => {
    // Reading the numbers of every process takes time that the upload should have.
    while (!isOver) {
      await sleep(40)
      peak = Math.max(peak, memoryOf(browser))
    }
  })()
  const time = await page.evaluate(() => window.bench.upload())
  isOver = true
  await watch
  await page.evaluate(() => window.bench.prepare(undefined, 0))
  await collect(page)
  return { time, memory: peak - before }
}

async function collect(page: Run['page']): Promise<void> {
  await page.evaluate(() => {
    if ('gc' in window && typeof window.gc === 'function') window.gc()
  })
  await sleep(100)
}

function rowsOf(measure: string, samples: ReadonlyMap<string, Samples>): Row[] {
  const base = samples.get(BARE.name)
  if (!base) return []
  return [...samples].flatMap(([name, { time, memory }]): Row[] => {
    const isOurs = name === OURS.name
    const peak = summary(memory)
    return [
      ratioRow(
        { measure: `${measure}: time`, name },
        summary(time),
        summary(base.time),
        isOurs ? GOAL : undefined,
      ),
      {
        measure: `${measure}: peak memory`,
        name,
        value: `${Math.round(peak.p50)} MB`,
        samples: peak,
        unit: 'MB',
      },
    ]
  })
}
