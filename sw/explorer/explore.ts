// `npm run explore -- --minutes N [--seed S]`: explores schedules for as long as it is told, prints what it sees, and
// ends with a line for docs/reliability.md. Exits with 1 where an invariant was broken.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { installWorld } from './environment.ts'
import { exploreSchedule } from './explore-schedule.ts'
import type { Invariant } from './invariants.ts'
import { toText } from './report.ts'
import { scenarios, type Scenario } from './scenario.ts'

/** Schedules of one seed. */
const BATCH = 2000
/** As many as a JavaScript Set can hold. */
const MOST_STATES = 2 ** 24
/** ms */
const REPORT_EVERY = 10_000

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
})
const minutes = Number(values.minutes)
const firstSeed = Number(values.seed)
if (!(minutes > 0) || !Number.isSafeInteger(firstSeed))
  throw new TypeError('--minutes takes a positive number, --seed a whole number')

const print = (text: string): void => void process.stdout.write(`${text}\n`)

const start = Date.now()
const end = start + minutes * 60_000
const states = new Set<number>()
const found = new Map<Invariant, number>()
let seed = firstSeed
let schedules = 0
let steps = 0
let reported = start

const progress = (): string => {
  const seconds = (Date.now() - start) / 1000
  const seen = `${states.size}${states.size >= MOST_STATES ? ' or more' : ''}`
  return `${schedules} schedules, ${Math.round(schedules / seconds)} per second, ${Math.round(steps / Math.max(1, schedules))} steps each, ${seen} states`
}

/** The first schedule of this batch that breaks an invariant, made as small as it goes. */
async function shrunk(invariant: Invariant): Promise<Scenario | undefined> {
  const property = fc.asyncProperty(
    scenarios,
    async (scenario) => (await exploreSchedule(scenario)).violation?.invariant !== invariant,
  )
  const { counterexample } = await fc.check(property, { seed, numRuns: BATCH })
  return counterexample?.[0]
}

async function batch(): Promise<void> {
  const news = new Set<Invariant>()
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const outcome = await exploreSchedule(scenario, undefined, states.size < MOST_STATES ? { states } : {})
    schedules++
    steps += outcome.steps
    if (!outcome.violation) return
    const { invariant } = outcome.violation
    if (!found.has(invariant)) news.add(invariant)
    found.set(invariant, (found.get(invariant) ?? 0) + 1)
  })
  await fc.check(property, { seed, numRuns: BATCH, interruptAfterTimeLimit: Math.max(1, end - Date.now()) })
  for (const invariant of news) {
    const scenario = await shrunk(invariant)
    print(`\nSeed ${seed}\n${scenario ? await toText(scenario) : `'${invariant}' was broken`}\n`)
  }
}

installWorld()
print(`Exploring for ${minutes} min from seed ${firstSeed}`)
for (; Date.now() < end; seed++) {
  await batch()
  // Whatever else this process has to do.
  await new Promise((resolve) => setImmediate(resolve))
  if (Date.now() - reported < REPORT_EVERY) continue
  reported = Date.now()
  print(progress())
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
const isDirty = execFileSync('git', ['status', '--porcelain', 'sw'], { encoding: 'utf8' }) !== ''
for (const [invariant, times] of found) print(`${times} × '${invariant}' broken`)
const violations = [...found.values()].reduce((sum, times) => sum + times, 0)
print(
  `${violations} violations in ${progress()}; seeds ${firstSeed} to ${seed - 1}, ${BATCH} schedules each, the last one in part; ` +
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}${isDirty ? ' with changes' : ''}`,
)
process.exitCode = violations > 0 ? 1 : 0
