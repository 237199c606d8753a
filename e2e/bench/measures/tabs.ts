import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'puppeteer-core'
import { Run } from '../browser.ts'
import { ALL, AXA, BARE, DPOP, NONE, OAUTH, OURS, type Contestant } from '../contestants.ts'
import { rowsOfEach, type Effort, type Measure, type Row } from '../measure.ts'
import { summary } from '../stats.ts'

const CALLS = 20
/** ms */
const TOKEN_ENDPOINT = 200
const GOAL = 50
const OWN = [OURS, OAUTH].map(({ name }) => name)

/** How a token is found to be of no use: by the clock, or by the API's answer alone. */
const TROUBLES = ['expired', 'refused'] as const
type Trouble = (typeof TROUBLES)[number]

/** One burst of all tabs. */
interface Burst {
  refreshes: number
  good: number
  /** ms */
  slowest: number
}

/** Many tabs find at once that their token is of no use: how often is it refreshed, and who gets through? */
export const tabs: Measure = async (browser, effort, found) => {
  const rivals = ALL.filter((each) => each !== NONE && each !== BARE && each !== AXA && each !== DPOP)
  const rows: Row[] = []
  for (const count of effort.tabs) {
    const what = `${count} tab${count > 1 ? 's' : ''} × ${CALLS} calls`
    /** Of the pass-through worker, ms. */
    let floor = Number.NaN
    rows.push(
      ...(await rowsOfEach(
        [BARE, ...rivals],
        ({ name }) => ({ measure: what, name }),
        async (contestant) => {
          const bursts = await measure(browser, contestant, count, effort)
          const good = summary(bursts.good.map(({ slowest }) => slowest))
          if (contestant === BARE) floor = good.p50
          const calls: Row = {
            measure: `${what}, good token: slowest call`,
            name: contestant.name,
            value: `${Math.round(good.p50)} ms`,
            samples: good,
            unit: 'ms',
          }
          const troubles = contestant === BARE ? [] : TROUBLES
          return [
            calls,
            ...troubles.flatMap((trouble) =>
              rowsOf(`${what}, token ${trouble}`, contestant.name, count, bursts[trouble], floor),
            ),
          ]
        },
        found,
      )),
    )
  }
  return rows
}

async function measure(
  browser: Browser,
  contestant: Contestant,
  count: number,
  { tabRounds }: Effort,
): Promise<Record<Trouble | 'good', Burst[]>> {
  const run = await Run.start(browser, contestant)
  try {
    const { server } = run
    const pages = [run.page]
    while (pages.length < count) pages.push(await run.tab())
    const burst = async (): Promise<Burst> => {
      server.counts.clear()
      const answers = await Promise.all(
        pages.map((page) => page.evaluate((calls) => window.bench.burst(calls), CALLS)),
      )
      return {
        refreshes: server.count('/auth/refresh') + server.count('/oidc/token'),
        good: answers.flatMap(({ statuses }) => statuses).filter((status) => status === 200).length,
        slowest: Math.max(...answers.map(({ slowest }) => slowest)),
      }
    }
    const bursts: Record<Trouble | 'good', Burst[]> = { good: [], expired: [], refused: [] }
    await burst()
    for (let round = 0; round < tabRounds; round++) {
      bursts.good.push(await burst())
      if (contestant === BARE) continue
      for (const trouble of TROUBLES) {
        server.tokens.revoke()
        if (trouble === 'expired') await run.page.evaluate(() => window.bench.expire())
        server.refreshDelay = TOKEN_ENDPOINT
        bursts[trouble].push(await burst())
        server.refreshDelay = 0
        // Everyone begins anew, whoever lost the session in between.
        await run.login()
        await sleep(SETTLED)
      }
    }
    return bursts
  } finally {
    await run.close()
  }
}

/** Until all tabs have heard of a login, ms. */
const SETTLED = 200

function rowsOf(what: string, name: string, count: number, bursts: readonly Burst[], floor: number): Row[] {
  const isOurs = OWN.includes(name)
  const all = count * CALLS
  const refreshes = Math.max(...bursts.map((burst) => burst.refreshes))
  const good = Math.min(...bursts.map((burst) => burst.good))
  const samples = summary(bursts.map(({ slowest }) => slowest - TOKEN_ENDPOINT))
  const slowest = `slowest call less the token endpoint's ${TOKEN_ENDPOINT} ms`
  return [
    {
      measure: `${what}: refreshes, at most`,
      name,
      value: String(refreshes),
      ...(isOurs && { goal: '1', isReached: refreshes === 1 }),
    },
    {
      measure: `${what}: answered 200, at least`,
      name,
      value: `${good} of ${all}`,
      ratio: good,
      ...(isOurs && { goal: 'all', isReached: good === all }),
    },
    {
      measure: `${what}: ${slowest}`,
      name,
      value: `${Math.round(samples.p50)} ms`,
      samples,
      unit: 'ms',
      ...(isOurs && { goal: `≤ ${GOAL} ms`, isReached: samples.p50 <= GOAL }),
    },
    {
      measure: `${what}: ${slowest} and what a pass-through worker's good calls take`,
      name,
      value: `${Math.round(samples.p50 - floor)} ms`,
    },
  ]
}
