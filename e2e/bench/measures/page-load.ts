import type { Browser, Page } from 'puppeteer-core'
import { BARE, NONE, OURS, type Contestant } from '../contestants.ts'
import { told, type Effort, type Measure, type Row } from '../measure.ts'
import { BenchServer } from '../server.ts'
import { siteOf } from '../site.ts'
import { shuffled, summary } from '../stats.ts'

const VISITS = ['first visit, with the login', 'repeat visit', 'hard reload'] as const
const CONTESTANTS = [NONE, BARE, OURS]

/** From the navigation to the first protected answer. */
export const pageLoad: Measure = async (browser, effort) => {
  const samples = await measure(browser, effort)
  return VISITS.flatMap((visit) =>
    CONTESTANTS.map(({ name }): Row => {
      const [own, base] = [name, NONE.name].map((each) => summary(samples.get(visit + each) ?? []))
      if (!own || !base) throw new Error('No samples')
      return {
        measure: `page load to the first protected answer, ${visit}, against no worker`,
        name,
        value: told(own.p50 / base.p50),
        samples: own,
        unit: 'ms',
      }
    }),
  )
}

async function measure(browser: Browser, { slowRounds }: Effort): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>()
  const servers = new Map<Contestant, BenchServer>()
  for (const each of CONTESTANTS) servers.set(each, await BenchServer.start(await siteOf(each)))
  for (let round = 0; round < slowRounds; round++)
    for (const [contestant, server] of shuffled([...servers])) {
      const context = await browser.createBrowserContext()
      try {
        const page = await context.newPage()
        for (const [visit, load] of loads(server.url)) {
          await load(page)
          const took = await page.evaluate(() => window.first)
          const key = visit + contestant.name
          samples.set(key, [...(samples.get(key) ?? []), took])
        }
      } finally {
        await context.close()
      }
    }
  for (const server of servers.values()) server.close()
  return samples
}

const loads = (url: string): [visit: (typeof VISITS)[number], load: (page: Page) => Promise<unknown>][] => [
  [VISITS[0], (page) => page.goto(`${url}/?first=login`)],
  [VISITS[1], (page) => page.goto(`${url}/?first=session`)],
  [VISITS[2], hardReload],
]

async function hardReload(page: Page): Promise<void> {
  const devtools = await page.createCDPSession()
  const loaded = page.waitForNavigation()
  await devtools.send('Page.reload', { ignoreCache: true })
  await loaded
  await devtools.detach()
}
