// `npm run bench -- [name …] [--smoke]`: runs the named measurements, or all of them, and writes docs/bench; the others
// stay there as they were last measured. A smoke run looks only whether they work.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import type { Browser } from 'puppeteer-core'
import { root } from '../../demo-server/install-dependencies.mjs'
import { startBrowser } from './browser.ts'
import { measureFleet } from './fleet-table.ts'
import { failed, FULL, SMOKE, type Measure, type Row } from './measure.ts'
import { age } from './measures/age.ts'
import { coldWorker } from './measures/cold-worker.ts'
import { idle } from './measures/idle.ts'
import { pageLoad } from './measures/page-load.ts'
import { parts } from './measures/parts.ts'
import { profile } from './measures/profile.ts'
import { requests } from './measures/requests.ts'
import { revocation } from './measures/revocation.ts'
import { sizes } from './measures/sizes.ts'
import { staticFiles } from './measures/static-files.ts'
import { tabs } from './measures/tabs.ts'
import { uploads } from './measures/uploads.ts'
import { workerMemory } from './measures/worker-memory.ts'
import { within } from './within.ts'
import { writeReport } from './report.ts'
import { readResults, writeFormatted } from './results.ts'
import { tableOf } from './table.ts'

const MEASURES: Readonly<Record<string, Measure>> = {
  requests,
  static: staticFiles,
  cold: coldWorker,
  profile,
  parts,
  sizes,
  revocation,
  tabs,
  load: pageLoad,
  uploads,
  idle,
  age,
  memory: workerMemory,
  fleet: async (_browser, { sessions }) => measureFleet(sessions),
}

/** A measurement that takes longer than this is given up, ms. */
const LIMIT = 8 * 60_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !(name in MEASURES))
if (unknown.length > 0) {
  console.error(`No measurement ${unknown.join(', ')}. There are: ${Object.keys(MEASURES).join(', ')}`)
  process.exit(1)
}

const effort = values.smoke ? SMOKE : FULL
const folder = values.smoke ? mkdtempSync(`${tmpdir()}/bench-`) : `${root}docs/bench`
const file = `${folder}/results.json`
const failures: string[] = []
let browser: Browser | undefined
for (const [name, measure] of Object.entries(MEASURES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const [load = 0] = loadavg()
  const begin = Date.now()
  const { rows, version } = await run(measure)
  const took = Math.round((Date.now() - begin) / 1000)
  if (rows.length === 0 || rows.some(({ isFailed }) => isFailed)) failures.push(name)
  console.log(`\n── ${name} (${took} s)\n${tableOf(rows)}`)
  // At once: a long run that breaks off has told what it knows.
  const known = readResults(file).measured
  const isLost = rows.every(({ isFailed }) => isFailed)
  const result = (isLost && known[name]) || {
    on: new Date(begin).toISOString().slice(0, 10),
    took,
    load,
    rows,
  }
  const results = {
    machine: `${version}, Node ${process.versions.node}, ${cpus().length} cores`,
    measured: Object.fromEntries(
      Object.keys(MEASURES).flatMap((each) => {
        const latest = each === name ? result : known[each]
        return latest ? [[each, latest]] : []
      }),
    ),
  }
  await writeFormatted(file, JSON.stringify(results), 'json')
  await writeReport(folder, results)
}
await closeBrowser()
if (values.smoke) rmSync(folder, { recursive: true })
if (failures.length > 0) {
  console.error(`\nFailed: ${failures.join(', ')}`)
  process.exit(1)
}

/**
 * In a browser of its own, so that one which fails or hangs costs no other anything; a smoke run has one until something
 * fails, as to start it takes longer than most of what is done there.
 */
async function run(measure: Measure): Promise<{ rows: Row[]; version: string }> {
  browser ??= await startBrowser()
  const version = await browser.version()
  const found: Row[] = []
  let rows: Row[]
  try {
    rows = await within(
      LIMIT,
      measure(browser, effort, (some) => found.push(...some)),
    )
  } catch (cause) {
    rows = [...found, failed('the rest', '', cause)]
  }
  if (!values.smoke || rows.some(({ isFailed }) => isFailed)) await closeBrowser()
  return { rows: grouped(rows), version }
}

/** Rows of one measure follow each other. */
function grouped(rows: readonly Row[]): Row[] {
  const measures = [...new Set(rows.map(({ measure }) => measure))]
  return measures.flatMap((what) => rows.filter(({ measure }) => measure === what))
}

async function closeBrowser(): Promise<void> {
  await browser?.close()
  browser = undefined
}
