import type { BrowserContext, Page } from '@playwright/test'

const DATABASE = 'sw-token-broker:default'

/** Everything that a script of the page's origin can read from storage. */
export async function everythingStored(page: Page) {
  return page.evaluate(async () => {
    const result = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error(request.error?.message))
      })
    const records: { database: string; store: string; key: IDBValidKey; value: unknown }[] = []
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name))
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store)
        const keys = result(objects.getAllKeys())
        const values: unknown[] = await result(objects.getAll())
        for (const [index, key] of (await keys).entries())
          records.push({ database: name, store, key, value: values[index] })
      }
      database.close()
    }
    const cached: string[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys())
        cached.push(request.url, (await (await cache.match(request))?.text()) ?? '')
    }
    return {
      records,
      cached,
      local: Object.entries(localStorage),
      session: Object.entries(sessionStorage),
      cookies: document.cookie,
    }
  })
}

/** Puts a record in the place of the broker's own. */
export function putRecord(page: Page, record: unknown): Promise<void> {
  return page.evaluate(
    ([name, value]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(new Error(opening.error?.message))
        opening.onsuccess = () => {
          const database = opening.result
          const transaction = database.transaction('broker', 'readwrite')
          transaction.objectStore('broker').put(value, 'session')
          transaction.oncomplete = () => {
            database.close()
            resolve()
          }
        }
      }),
    [DATABASE, record] as const,
  )
}

/** The broker's own record. */
export async function storedRecord(page: Page): Promise<unknown> {
  const { records } = await everythingStored(page)
  return records.find(({ database, key }) => database === DATABASE && key === 'session')?.value
}

/** The session as a clock would have written it that differs by so many ms; for while no worker runs. */
export async function shiftSession(page: Page, by: number): Promise<void> {
  const text = JSON.stringify(await storedRecord(page))
  const shifted: unknown = JSON.parse(text, (key, value: unknown) =>
    ['receivedAt', 'expiresAt', 'refreshAt'].includes(key) ? Number(value) + by : value,
  )
  if (JSON.stringify(shifted) === text) throw new Error(`No session with times is stored: ${text}`)
  await putRecord(page, shifted)
}

/** When the stored session is due for a refresh, ms since the epoch. */
export async function refreshDueAt(page: Page): Promise<number> {
  const times: number[] = []
  JSON.parse(JSON.stringify(await storedRecord(page)), (key, value: unknown) => {
    if (key === 'refreshAt') times.push(Number(value))
    return value
  })
  const [at] = times
  if (at === undefined) throw new Error('The stored session does not say when it is due')
  return at
}

/** "Clear site data", as far as a page can do it. */
export function deleteDatabase(page: Page): Promise<void> {
  return page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase(name)
        deleting.onsuccess = () => resolve()
        deleting.onerror = () => reject(new Error(deleting.error?.message))
      }),
    DATABASE,
  )
}

/** Tokens as the server handed them out, read from the worker's own traffic, which no page sees. */
export function tokensOnTheWire(context: BrowserContext): Promise<string[]>[] {
  const found: Promise<string[]>[] = []
  context.on('response', (response) => {
    if (!response.request().serviceWorker() || !response.url().includes('/auth/')) return
    found.push(
      response.json().then(
        (body: Record<string, unknown>) =>
          ['access_token', 'refresh_token'].flatMap((member) => {
            const token = body[member]
            return typeof token === 'string' ? [token] : []
          }),
        () => [],
      ),
    )
  })
  return found
}

/** The part of a token that makes it one: a JWT's signature, as its claims stay readable. */
export const secretOf = (token: string): string => token.split('.').at(-1) ?? token
