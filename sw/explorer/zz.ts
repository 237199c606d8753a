import fc from 'fast-check'
import { installWorld } from '/work/main/sw/explorer/environment.ts'
import { exploreSchedule } from '/work/main/sw/explorer/explore-schedule.ts'
import { scenarios } from '/work/main/sw/explorer/scenario.ts'
installWorld()
const n = Number(process.argv[2] ?? 10000)
const c0 = process.cpuUsage()
let steps = 0
await fc.check(
  fc.asyncProperty(scenarios, async (s) => {
    steps += (await exploreSchedule(s)).steps
  }),
  { seed: 3, numRuns: n },
)
const c = process.cpuUsage(c0)
const cpu = (c.user + c.system) / 1e6
console.log(n / cpu, 'schedules per cpu second', steps / n)
const c1 = process.cpuUsage()
await fc.check(
  fc.asyncProperty(scenarios, async (s) => {}),
  { seed: 3, numRuns: n },
)
const d = process.cpuUsage(c1)
console.log('generation alone', n / ((d.user + d.system) / 1e6))
