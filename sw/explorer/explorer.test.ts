import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installWorld } from './environment.ts'
import { exploreSchedule } from './explore-schedule.ts'
import { INVARIANTS } from './invariants.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'
import { FOCI, scenarios, type Scenario } from './scenario.ts'
import { toText } from './report.ts'

/** ms; the machine's speed decides how many schedules that makes. */
const TIME = 20_000
const MOST_SCHEDULES = 10_000
const MUTANT_SCHEDULES = 20_000
/** With this one the rare ones come early; others take up to 12,000 schedules. */
const MUTANT_SEED = 5

/** Fixed, so that a run can be trusted to say the same of the same code; `npm run explore` looks further. */
const seed = Number(process.env.EXPLORER_SEED ?? 1)

let uninstall = (): void => undefined
beforeAll(() => {
  uninstall = installWorld()
})
afterAll(() => uninstall())

const search = (
  among: fc.Arbitrary<Scenario>,
  isFound: (scenario: Scenario) => Promise<boolean>,
  parameters: fc.Parameters<[Scenario]>,
): Promise<fc.RunDetails<[Scenario]>> =>
  fc.check(
    fc.asyncProperty(among, async (scenario) => !(await isFound(scenario))),
    parameters,
  )

test(
  `no schedule breaks an invariant (EXPLORER_SEED=${seed})`,
  async () => {
    const isBroken = async (scenario: Scenario): Promise<boolean> =>
      (await exploreSchedule(scenario)).violation !== undefined
    const { counterexample, numRuns } = await search(scenarios, isBroken, {
      seed,
      numRuns: MOST_SCHEDULES,
      interruptAfterTimeLimit: TIME,
    })
    expect(counterexample && (await toText(counterexample[0]))).toBeNull()
    expect(numRuns).toBeGreaterThan(100)
  },
  TIME * 3,
)

test('every invariant is one that something can break', () => {
  const broken = Object.values(MUTATIONS).map(({ breaks }) => breaks)
  expect(INVARIANTS.filter((invariant) => !broken.includes(invariant))).toEqual([])
})

test.each(Object.entries(MUTATIONS))(
  'the explorer finds: %s',
  async (_, mutation: Mutation) => {
    const { breaks, focus } = mutation
    const isFound = async (scenario: Scenario): Promise<boolean> =>
      (await exploreSchedule(scenario, mutation)).violation?.invariant === breaks &&
      // It must be the mutation's fault.
      (await exploreSchedule(scenario)).violation === undefined
    const { failed } = await search(focus ? FOCI[focus] : scenarios, isFound, {
      seed: MUTANT_SEED,
      numRuns: MUTANT_SCHEDULES,
      endOnFailure: true,
    })
    expect(failed, `'${breaks ?? ''}' was not broken in ${MUTANT_SCHEDULES} schedules`).toBe(true)
  },
  120_000,
)

test('the same choices make the same schedule', async () => {
  for (const scenario of fc.sample(scenarios, { seed: 7, numRuns: 50 })) {
    const traces = [await toText(scenario), await toText(scenario)]
    // Session ids count on from run to run.
    const [first, second] = traces.map((text) => text.replace(/(active|lost) \w{4}/g, '$1'))
    expect(second).toBe(first)
  }
})
