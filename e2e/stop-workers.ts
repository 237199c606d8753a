interface WorkerVersions {
  versions: { versionId: string; runningStatus: string }[]
}

/** A session of the DevTools protocol, Playwright's or Puppeteer's. */
interface Devtools {
  on(event: 'ServiceWorker.workerVersionUpdated', listener: (event: WorkerVersions) => void): unknown
  send(method: 'ServiceWorker.enable' | 'ServiceWorker.stopAllWorkers'): Promise<unknown>
  detach(): Promise<void>
}

/** Ends every service worker of the profile, as the browser does at any moment; resolves when they have stopped. */
export async function stopAllWorkers(devtools: Devtools): Promise<void> {
  const running = new Map<string, string>()
  const stopped = new Promise<void>((resolve) => {
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus } of versions) running.set(versionId, runningStatus)
      if (running.size > 0 && [...running.values()].every((status) => status === 'stopped')) resolve()
    })
  })
  await devtools.send('ServiceWorker.enable')
  await devtools.send('ServiceWorker.stopAllWorkers')
  await stopped
  await devtools.detach()
}
