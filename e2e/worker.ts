import type { Page } from '@playwright/test'

interface WorkerVersions {
  versions: { versionId: string; runningStatus: string }[]
}

/** Ends every service worker, as the browser does at any moment; returns when they have stopped. */
export async function killWorker(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const running = new Map<string, string>()
  let tell = (): void => {}
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }: WorkerVersions) => {
    for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus)
    tell()
  })
  await devtools.send('ServiceWorker.enable')
  const stopped = new Promise<void>((resolve) => {
    tell = () => {
      if (running.size > 0 && [...running.values()].every((status) => status === 'stopped')) resolve()
    }
    tell()
  })
  await devtools.send('ServiceWorker.stopAllWorkers')
  await stopped
  await devtools.detach()
}

/** Ctrl+Shift+R: the page comes from the network, and no worker controls it. */
export async function hardReload(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const loaded = page.waitForEvent('load')
  await devtools.send('Page.reload', { ignoreCache: true })
  await loaded
  await devtools.detach()
}
