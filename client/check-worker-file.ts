import { VERSION } from './version.ts'

/** Tells of a worker file that `sw-token-broker init` has copied and that an update has left behind. */
export async function checkWorkerFile(url: string): Promise<void> {
  const file = await (await fetch(url)).text()
  const version = /^\/\*! sw-token-broker (\S+)/.exec(file)?.[1]
  if (version && version !== VERSION)
    // oxlint-disable-next-line no-console -- one warning, in development alone
    console.warn(`${url} is of version ${version}, not ${VERSION}: run 'npx sw-token-broker init'`)
}
