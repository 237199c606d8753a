import { RETIRED } from '../protocol/messages.ts'
import { webLock } from './web-lock.ts'

const PREFIX = 'sw-token-broker:'

/** A lock that is held by something that hangs, or a database that stays open somewhere, is not waited for longer, ms. */
const LIMIT = 3000

/** The names of the databases that brokers of this origin have, whatever their version. */
export async function brokerDatabases(): Promise<string[]> {
  // Firefox has it since version 126 only.
  const databases = 'databases' in indexedDB ? await indexedDB.databases() : []
  const names = databases.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name] : []))
  return [...new Set([`${PREFIX}default`, ...names])]
}

/** Deletes everything that brokers have stored for this origin, and tells those that still run. */
export async function wipe(): Promise<void> {
  const databases = await brokerDatabases()
  await Promise.all(databases.map(wipeDatabase))
  const cacheNames = 'caches' in globalThis ? await caches.keys() : []
  await Promise.all(cacheNames.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)))
}

async function wipeDatabase(name: string): Promise<void> {
  const remove = (): Promise<void> =>
    new Promise((resolve) => {
      const request = indexedDB.deleteDatabase(name)
      request.onsuccess = request.onerror = () => resolve()
      setTimeout(resolve, LIMIT)
    })
  // Under the lock no refresh is under way, which would write what it has got.
  const isDone = 'locks' in navigator && (await webLock(name).run(LIMIT, () => remove().then(() => true)))
  if (!isDone) await remove()
  const channel = new BroadcastChannel(name)
  channel.postMessage(RETIRED)
  channel.close()
}
