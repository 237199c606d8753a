import type { Engine, EngineName, Profile } from './engine.ts'
import type { Scenario } from './scenario.ts'
import { World } from './world.ts'

export interface Result {
  scenario: string
  engine: EngineName
  outcome: 'ok' | 'fails' | 'cannot'
  /** Why it fails, or why the platform does not allow it. */
  why: string
  /** Why it had to be tried a second time. */
  flaw?: string
  /** ms */
  took: number
}

/** s */
const LIMIT = 30
/** s; for what takes a while because the answers do */
const LONG_LIMIT = 150

/** s; a tab that does not close is given up */
export const CLOSE_LIMIT = 10

/** One after the other, in one profile: each scenario has origins of its own. What fails is tried once more. */
export async function runScenarios(
  engine: Engine,
  scenarios: readonly Scenario[],
  tell: (result: Result) => void,
): Promise<void> {
  let profile = await engine.open()
  for (const scenario of scenarios) {
    const first = await runScenario(engine, profile, scenario, LIMIT)
    // Whatever it has left behind is not to trouble the others.
    if (first.result.outcome === 'fails' || !first.isTidy) profile = await reopened(engine, profile)
    if (first.result.outcome !== 'fails') {
      tell(first.result)
      continue
    }
    const second = await runScenario(engine, profile, scenario, LIMIT)
    tell({ ...second.result, flaw: second.result.outcome === 'fails' ? undefined : first.result.why })
    if (second.result.outcome === 'fails' || !second.isTidy) profile = await reopened(engine, profile)
  }
}

async function reopened(engine: Engine, profile: Profile): Promise<Profile> {
  await within(CLOSE_LIMIT, profile.close()).catch(() => undefined)
  return engine.open()
}

/** All at once, since each does little but wait. */
export async function runTogether(
  engine: Engine,
  scenarios: readonly Scenario[],
  tell: (result: Result) => void,
): Promise<void> {
  const profile = await engine.open()
  await Promise.all(
    scenarios.map(async (scenario) => {
      const { result } = await runScenario(engine, profile, scenario, LONG_LIMIT)
      tell(result)
    }),
  )
}

async function runScenario(
  engine: Engine,
  profile: Profile,
  scenario: Scenario,
  limit: number,
): Promise<{ result: Result; isTidy: boolean }> {
  const start = Date.now()
  const world = await World.create(profile)
  const error = await failureOf(() => within(limit, scenario.run(world)))
  const isTidy = (await failureOf(() => within(CLOSE_LIMIT, world.close()))) === undefined
  const common = { scenario: scenario.title, engine: engine.name, took: Date.now() - start }
  return { result: { ...common, ...judge(error, scenario.cannot[engine.name]) }, isTidy }
}

function judge(error: string | undefined, cannot: string | undefined): Pick<Result, 'outcome' | 'why'> {
  if (cannot === undefined)
    return error === undefined ? { outcome: 'ok', why: '' } : { outcome: 'fails', why: error }
  return error === undefined
    ? { outcome: 'fails', why: `It works, so this is no longer true: ${cannot}` }
    : { outcome: 'cannot', why: cannot }
}

async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

/** @throws where `promise` takes longer */
export async function within(seconds: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It is not done after ${seconds} s`)), seconds * 1000)
  })
  try {
    await Promise.race([promise, expiry])
  } finally {
    clearTimeout(timer)
  }
}
