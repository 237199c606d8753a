import type { Run } from '../browser.ts'
import { stopWorkers } from '../browser.ts'
import { Contest } from '../contest.ts'
import { BARE, MANY, OURS } from '../contestants.ts'
import { ratioRows, type Effort, type Measure } from '../measure.ts'

const GOAL = 1.03
/** `expires_in` of tokens that have expired before the next call, s */
const EXPIRED = 0.001

/** What a request costs after a long life, in many windows, and with many entries in `protect`. */
export const age: Measure = async (browser, effort) => {
  const contest = await Contest.start(browser, 'with age', [BARE, OURS, MANY])
  const old = { ...OURS, name: `jsonEndpoints, ${effort.refreshes} refreshes old` }
  await contest.join(browser, old, (run) => grow(run, effort))
  for (const each of [BARE, OURS])
    await contest.join(browser, { ...each, name: `${each.name}, ${effort.windows} windows` }, async (run) => {
      for (let i = 1; i < effort.windows; i++) await run.tab()
    })
  const slow = { ...effort, rounds: effort.slowRounds }
  const warm = await contest.turns(effort, ({ page }) =>
    page.evaluate((count) => window.bench.sequence(count), effort.gets),
  )
  const cold = await contest.turns(slow, async ({ page }) => {
    await stopWorkers(page)
    return page.evaluate(() => window.bench.sequence(1))
  })
  for (const { server, contestant } of contest.runs) {
    server.tokens.lifetime = EXPIRED
    if (contestant.worker !== BARE.worker) server.tokens.revoke()
  }
  const expired = await contest.turns({ ...slow, warmUp: 1 }, ({ page }) =>
    page.evaluate(() => window.bench.sequence(1)),
  )
  const against = (base: string, goal?: number) => (name: string) =>
    name.startsWith(base) ? undefined : goal
  for (const name of expired.keys()) if (name.startsWith(BARE.name)) expired.delete(name)
  return [
    ...ratioRows('with age: protected GET, warm', warm, BARE.name, against(BARE.name, GOAL)),
    ...ratioRows(
      'with age: first protected GET after the worker was stopped',
      cold,
      BARE.name,
      against(BARE.name, 1.1),
    ),
    ...ratioRows(
      'with age: a call that has to refresh first, against a young one',
      expired,
      OURS.name,
      against(OURS.name),
    ),
    ...(await contest.close()),
  ]
}

/** Each call finds its token expired. */
async function grow({ page, server }: Run, { refreshes }: Effort): Promise<void> {
  const { tokens } = server
  const { lifetime } = tokens
  const count = (): number => server.count('/auth/refresh')
  tokens.lifetime = EXPIRED
  tokens.revoke()
  while (count() < refreshes) {
    const before = count()
    await page.evaluate((calls) => window.bench.sequence(calls), Math.min(500, refreshes - before))
    if (count() === before) throw new Error('The token is not refreshed')
  }
  tokens.lifetime = lifetime
  await page.evaluate(() => window.bench.status())
}
