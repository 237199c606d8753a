import type { Measure } from '../measure.ts'
import { BenchServer } from '../server.ts'
import { siteOf } from '../site.ts'

/** Where the broker's own time goes. */
export const parts: Measure = async (browser, effort) => {
  const server = await BenchServer.start(await siteOf({ name: 'parts', page: 'page-parts' }))
  const page = await browser.newPage()
  await page.goto(server.url)
  const times = effort.gets * 50
  // The first time is for the compiler.
  await page.evaluate((count) => window.parts(count), times)
  const all = await page.evaluate((count) => window.parts(count), times)
  await page.close()
  server.close()
  return all.map(([step, microseconds]) => ({
    measure: 'own time of the broker in one request',
    name: step,
    value: step === 'a DPoP proof' ? perSecond(microseconds) : `${microseconds.toFixed(1)} µs`,
  }))
}

const perSecond = (microseconds: number): string =>
  `${microseconds.toFixed(0)} µs, ${Math.round(1_000_000 / microseconds)} a second`
