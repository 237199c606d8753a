import type { Page } from '@playwright/test'
import { stopAllWorkers } from './stop-workers.ts'

export const killWorker = async (page: Page): Promise<void> =>
  stopAllWorkers(await page.context().newCDPSession(page))

/** Ctrl+Shift+R: the page comes from the network, and no worker controls it. */
export async function hardReload(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const loaded = page.waitForEvent('load')
  await devtools.send('Page.reload', { ignoreCache: true })
  await loaded
  await devtools.detach()
}
