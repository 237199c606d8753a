import { Run } from '../browser.ts'
import { ALL, BARE, DPOP, NONE, OAUTH, OURS } from '../contestants.ts'
import type { Measure, Row } from '../measure.ts'

const CALLS = 50
const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)

/** The server takes the access token back: who does not notice? */
export const revocation: Measure = async (browser) => {
  const rows: Row[] = []
  for (const contestant of ALL) {
    if (contestant === NONE || contestant === BARE) continue
    const run = await Run.start(browser, contestant)
    run.server.tokens.revoke()
    const { statuses } = await run.page.evaluate((count) => window.bench.burst(count), CALLS)
    const good = statuses.filter((status) => status === 200).length
    await run.close()
    rows.push({
      measure: `${CALLS} calls after a revocation: answered 200`,
      name: contestant.name,
      value: String(good),
      ...(OWN.includes(contestant.name) && { goal: String(CALLS), isReached: good === CALLS }),
    })
  }
  return rows
}
