import fc from 'fast-check'
import { exploreSchedule } from './explore-schedule.ts'
import { ChannelModel } from './worker.ts'
import { installGlobals } from './light-fetch.ts'
import { globalFetch } from './network.ts'
import { scenarios, type Scenario } from './scenario.ts'

let n = 0
installGlobals({
  fetch: globalFetch,
  BroadcastChannel: ChannelModel,
  randomUUID: () => `00000000-0000-0000-0000-${String(++n).padStart(12, '0')}`,
})
const seed = Number(process.argv[2] ?? 1)
const runs = Number(process.argv[3] ?? 2000)
const only = process.argv[4]
const started = Date.now()
const noStore = process.env.NOSTORE !== undefined
let steps = 0
const states = new Set<number>()
const found = new Map<string, number>()
const details = await fc.check(
  fc.asyncProperty(scenarios, async (full) => {
    const scenario = noStore
      ? { ...full, commands: full.commands.filter((c) => c.type !== 'store-fault') }
      : full
    const outcome = await exploreSchedule(scenario, undefined, process.env.NOSTATES ? {} : { states })
    steps += outcome.steps
    const name = outcome.violation?.invariant
    if (name) found.set(name, (found.get(name) ?? 0) + 1)
    return only ? !name?.includes(only) : true
  }),
  { seed, numRuns: runs },
)
const seconds = (Date.now() - started) / 1000
console.log(
  details.numRuns,
  'schedules',
  details.numRuns / seconds,
  '/s',
  steps / details.numRuns,
  'steps each',
  states.size,
  'states',
  details.numShrinks,
)
console.log(found)
if (details.counterexample) {
  const [scenario] = details.counterexample
  const { trace, violation } = await exploreSchedule(scenario, undefined, { isTraced: true })
  console.log(JSON.stringify(scenario))
  console.log(trace.join('\n'))
  console.log(violation, details.errorInstance)
}
