import { exploreSchedule } from './explore-schedule.ts'
import { NONE, type Mutation } from './mutations.ts'
import type { Scenario } from './scenario.ts'

/** All that happens in a schedule, for somebody to read, and the scenario that makes it happen again. */
export async function toText(scenario: Scenario, mutation: Mutation = NONE): Promise<string> {
  const { trace, violation } = await exploreSchedule(scenario, mutation, { isTraced: true })
  return [
    violation ? `'${violation.invariant}' is broken: ${violation.detail}` : 'No violation',
    JSON.stringify(scenario),
    ...trace,
  ].join('\n')
}
