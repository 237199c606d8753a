import { Contest } from '../contest.ts'
import { ALL, AXA, BARE, DPOP, OAUTH, OURS } from '../contestants.ts'
import { ratioRow, ratioRows, type Measure, type Row } from '../measure.ts'
import type { Summary } from '../stats.ts'

const WARM = 'protected GET, warm'
const BURST = '200 protected GETs at once'
const AT_ONCE = 200
const GOALS: Readonly<Record<string, number>> = { [WARM]: 1.03, [BURST]: 1.05 }
const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)

export const requests: Measure = async (browser, effort) => {
  const contest = await Contest.start(browser, 'protected GETs', ALL)
  const warm = await contest.turns(effort, ({ page }) =>
    page.evaluate((count) => window.bench.sequence(count), effort.gets),
  )
  const burst = await contest.turns({ ...effort, rounds: effort.slowRounds }, async ({ page }) => {
    const { statuses, took } = await page.evaluate((count) => window.bench.burst(count), AT_ONCE)
    if (statuses.some((status) => status !== 200))
      throw new Error(`Not all were answered 200: ${statuses.join()}`)
    return took
  })
  return [...rows(WARM, warm), ...rows(BURST, burst), ...(await contest.close())]
}

function rows(measure: string, all: ReadonlyMap<string, Summary>): Row[] {
  const [axa, bearer, dpop] = [AXA, OAUTH, DPOP].map(({ name }) => all.get(name))
  const rest: Row[] = []
  if (axa && bearer)
    rest.push(ratioRow({ measure: `${measure}, against ${AXA.name}`, name: OAUTH.name }, bearer, axa, 0.95))
  if (bearer && dpop)
    rest.push(ratioRow({ measure: `${measure}, DPoP against Bearer`, name: DPOP.name }, dpop, bearer))
  return [
    ...ratioRows(measure, all, BARE.name, (name) => (OWN.includes(name) ? GOALS[measure] : undefined)),
    ...rest,
  ]
}
