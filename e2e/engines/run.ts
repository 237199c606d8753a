// Runs the scenarios in Chromium, Firefox and WebKitGTK and prints one table. `--engine Firefox` and `--only text`
// choose among them; `--long` runs the answers of 90 s instead.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { root } from '../../demo-server/install-dependencies.mjs'
import { consumer, makeConsumer } from '../consumer.ts'
import { startChromium } from './chromium.ts'
import { EngineMissing, type Engine, type EngineName } from './engine.ts'
import { startFirefox } from './firefox.ts'
import { CLOSE_LIMIT, runScenarios, runTogether, within, type Result } from './run-scenarios.ts'
import { scenarios } from './scenarios/index.ts'
import { long } from './scenarios/long.ts'
import { bundleLab } from './site.ts'
import { tableOf } from './table.ts'
import { startWebKit } from './webkit.ts'

const STARTS: Record<EngineName, () => Promise<Engine>> = {
  Chromium: startChromium,
  Firefox: startFirefox,
  WebKitGTK: startWebKit,
}
const NAMES: readonly EngineName[] = ['Chromium', 'Firefox', 'WebKitGTK']
const REPORT = `${root}e2e/results/engines.json`

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true },
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
  },
})
const names = NAMES.filter((name) => values.engine?.includes(name) ?? true)
const chosen = (values.long ? long.list : scenarios).filter(({ title }) => title.includes(values.only ?? ''))

if (names.length === 0 || chosen.length === 0) {
  console.error(`No engine of ${NAMES.join(', ')} or no scenario is named so.`)
  process.exit(1)
}

const start = Date.now()
const isOwn = process.env.E2E_CONSUMER === undefined
if (isOwn) process.env.E2E_CONSUMER = JSON.stringify(await makeConsumer())
await bundleLab(consumer())

const skipped: string[] = []
const results: Result[] = []
await Promise.all(names.map(run))
if (isOwn) rmSync(consumer().folder, { recursive: true, force: true })

const count = (outcome: Result['outcome']): number =>
  results.filter((result) => result.outcome === outcome).length
const report = {
  passed: count('ok'),
  failed: count('fails'),
  skipped: count('cannot') + skipped.length * chosen.length,
}
mkdirSync(`${root}e2e/results`, { recursive: true })
writeFileSync(REPORT, JSON.stringify({ ...report, results }, null, 2))
for (const { scenario, engine, why } of results.filter(({ outcome }) => outcome === 'fails'))
  console.log(`\n✗ ${engine}: ${scenario}\n${why}`)
for (const { scenario, engine, flaw } of results.filter((result) => result.flaw !== undefined))
  console.log(`\n⚠ flaky, ok when tried again: ${engine}: ${scenario}\n${flaw}`)
console.log(`\n${tableOf(results, names)}`)
for (const line of skipped) console.log(`Skipped: ${line}`)
console.log(
  `\n${report.passed} ok, ${report.failed} fails, ${count('cannot')} cannot, in ${Math.round((Date.now() - start) / 1000)} s`,
)
process.exit(report.failed > 0 ? 1 : 0)

async function run(name: EngineName): Promise<void> {
  let engine: Engine | undefined
  try {
    engine = await STARTS[name]()
    console.log(`${name} ${engine.version}`)
    await (values.long ? runTogether : runScenarios)(engine, chosen, tell)
  } catch (error) {
    if (error instanceof EngineMissing) skipped.push(`${name}: ${error.message}`)
    else
      tell({
        scenario: 'the browser runs to the end',
        engine: name,
        outcome: 'fails',
        why: String(error),
        took: 0,
      })
  }
  if (engine) await within(CLOSE_LIMIT, engine.close()).catch(() => undefined)
}

function tell(result: Result): void {
  const { outcome, engine, scenario, took } = result
  results.push(result)
  const sign = { ok: '✓', fails: '✗', cannot: '–' }[outcome]
  console.log(`${sign} ${engine}: ${scenario} (${took} ms)`)
}
