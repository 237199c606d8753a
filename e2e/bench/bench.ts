// `npm run bench -- [name …] [--smoke]`: runs the named measurements, or all of them; a smoke run looks only whether
// they work. All of them together write docs/bench.
import { parseArgs } from 'node:util'
import { startBrowser } from './browser.ts'
import { measureFleet } from './fleet-table.ts'
import { FULL, SMOKE, type Effort, type Measure, type Row } from './measure.ts'
import { age } from './measures/age.ts'
import { coldWorker } from './measures/cold-worker.ts'
import { idle } from './measures/idle.ts'
import { pageLoad } from './measures/page-load.ts'
import { parts } from './measures/parts.ts'
import { requests } from './measures/requests.ts'
import { revocation } from './measures/revocation.ts'
import { sizes } from './measures/sizes.ts'
import { staticFiles } from './measures/static-files.ts'
import { tabs } from './measures/tabs.ts'
import { uploads } from './measures/uploads.ts'
import { workerMemory } from './measures/worker-memory.ts'
import { writeReport } from './report.ts'
import { tableOf } from './table.ts'

const MEASURES: Readonly<Record<string, Measure>> = {
  requests,
  static: staticFiles,
  cold: coldWorker,
  parts,
  sizes,
  revocation,
  tabs,
  load: pageLoad,
  uploads,
  idle,
  age,
  memory: workerMemory,
  fleet: async (_browser, { windows }) => measureFleet(windows === FULL.windows ? 1_000_000 : 10_000),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !(name in MEASURES))
if (unknown.length > 0) {
  console.error(`No measurement ${unknown.join(', ')}. There are: ${Object.keys(MEASURES).join(', ')}`)
  process.exit(1)
}

const names = Object.keys(MEASURES).filter((name) => positionals.length === 0 || positionals.includes(name))
const browser = await startBrowser()
try {
  const rows: Row[] = []
  for (const name of names) {
    rows.push(...(await run(name, values.smoke ? SMOKE : FULL)))
    // A long run that breaks off has told what it knows.
    if (positionals.length === 0 && !values.smoke) await writeReport(rows, await browser.version())
  }
} finally {
  await browser.close()
}

async function run(name: string, effort: Effort): Promise<Row[]> {
  const start = Date.now()
  const rows = (await MEASURES[name]?.(browser, effort)) ?? []
  if (rows.length === 0) throw new Error(`${name} measured nothing`)
  console.log(`\n── ${name} (${Math.round((Date.now() - start) / 1000)} s)\n${tableOf(rows)}`)
  return rows
}
