import fc from 'fast-check'
import { installWorld } from '/work/main/sw/explorer/environment.ts'
import { exploreSchedule } from '/work/main/sw/explorer/explore-schedule.ts'
import { MUTATIONS } from '/work/main/sw/explorer/mutations.ts'
import { scenarios } from '/work/main/sw/explorer/scenario.ts'
installWorld()
for (const [name, mutation] of Object.entries(MUTATIONS)) {
  const counts = []
  for (const seed of [1, 2, 3]) {
    const d = await fc.check(
      fc.asyncProperty(scenarios, async (s) => {
        const v = (await exploreSchedule(s, mutation)).violation
        if (v?.invariant !== mutation.breaks) return true
        return (await exploreSchedule(s)).violation !== undefined
      }),
      { seed, numRuns: 30000, endOnFailure: true },
    )
    counts.push(d.failed ? d.numRuns : 'NOT')
  }
  console.log(name, '|', mutation.breaks, '|', counts.join(' '))
}
