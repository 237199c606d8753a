import type { Browser } from 'puppeteer-core'
import { Run } from '../browser.ts'
import { ALL, AXA, BARE, NONE, OAUTH, OURS, type Contestant } from '../contestants.ts'
import type { Measure, Row } from '../measure.ts'

/** s; long enough for no page to think of it yet, and to have all tabs open. */
const LIFETIME = 3600
const CALLS = 20
/** ms */
const TOKEN_ENDPOINT = 200
const GOAL = 50
const OWN = [OURS, OAUTH].map(({ name }) => name)

/** Many tabs find at once that their token is refused: how often is it refreshed, and who gets through? */
export const tabs: Measure = async (browser, effort) => {
  const rows: Row[] = []
  const contestants = ALL.filter(
    (each) => each !== NONE && each !== BARE && each !== AXA && each.worker !== 'sw-dpop',
  )
  for (const count of effort.tabs)
    for (const contestant of contestants) rows.push(...(await measure(browser, contestant, count)))
  return rows
}

async function measure(browser: Browser, contestant: Contestant, count: number): Promise<Row[]> {
  const run = await Run.start(browser, contestant, LIFETIME)
  const pages = [run.page]
  while (pages.length < count) pages.push(await run.tab())
  const { server } = run
  const burst = async (): Promise<{ statuses: number[]; slowest: number }[]> =>
    Promise.all(pages.map((page) => page.evaluate((calls) => window.bench.burst(calls), CALLS)))
  const before = Math.max(...(await burst()).map((each) => each.slowest))
  server.counts.clear()
  server.refreshDelay = TOKEN_ENDPOINT
  server.tokens.revoke()
  const bursts = await burst()
  const refreshes = server.count('/auth/refresh') + server.count('/oidc/token')
  const good = bursts.flatMap(({ statuses }) => statuses).filter((status) => status === 200).length
  const slowest = Math.max(...bursts.map((each) => each.slowest)) - TOKEN_ENDPOINT
  await run.close()
  const isOurs = OWN.includes(contestant.name)
  const { name } = contestant
  const what = `${count} tab${count > 1 ? 's' : ''} × ${CALLS} calls, token refused`
  return [
    {
      measure: `${what}: refreshes`,
      name,
      value: String(refreshes),
      ...(isOurs && { goal: '1', isReached: refreshes === 1 }),
    },
    {
      measure: `${what}: answered 200`,
      name,
      value: `${good} of ${count * CALLS}`,
      ...(isOurs && { goal: 'all', isReached: good === count * CALLS }),
    },
    {
      measure: `${what}: slowest call less the token endpoint's ${TOKEN_ENDPOINT} ms`,
      name,
      value: `${Math.round(slowest)} ms (${Math.round(before)} ms with a good token)`,
      ...(isOurs && { goal: `≤ ${GOAL} ms`, isReached: slowest <= GOAL }),
    },
  ]
}
