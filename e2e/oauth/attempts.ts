import type { BrowserContext, Page } from '@playwright/test'
import { enterName, expect } from './test.ts'
import type { OAuthServer } from './server.ts'

/** Begins a login in this page and stops where the browser would be sent back; returns that address. */
export async function interceptCallback(page: Page, server: OAuthServer, user = 'alice'): Promise<string> {
  const { settings, url } = server.provider
  let callback = ''
  settings.onCallback = (target) => {
    callback = target.href
    // Sent to another page of the app instead.
    target.pathname = '/orders'
    target.search = ''
  }
  await page.goto(`${server.url}/auth/login?return_to=/orders`)
  if (page.url().startsWith(url)) await enterName(page, user)
  await page.waitForURL(`${server.url}/orders`)
  delete settings.onCallback
  return callback
}

/** From now on the navigations of this page pass the worker by, as after an eviction; returns how to end it. */
export async function withoutWorker(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setBypassServiceWorker', { bypass: true })
  return async () => {
    await devtools.send('Network.setBypassServiceWorker', { bypass: false })
    await devtools.detach()
  }
}

/** Lets the logins that are under way in this browser begin this much earlier, ms. */
export async function ageAttempts(page: Page, by: number): Promise<void> {
  const count = await page.evaluate(async (age) => {
    const opening = indexedDB.open('sw-token-broker:default')
    const database = await new Promise<IDBDatabase>((resolve) => {
      opening.onsuccess = () => resolve(opening.result)
    })
    const transaction = database.transaction('broker', 'readwrite')
    const store = transaction.objectStore('broker')
    const reading: IDBRequest<Record<string, { startedAt: number }>> = store.get('login-attempts')
    const attempts = await new Promise<Record<string, { startedAt: number }>>((resolve) => {
      reading.onsuccess = () => resolve(reading.result)
    })
    for (const attempt of Object.values(attempts)) attempt.startedAt -= age
    store.put(attempts, 'login-attempts')
    await new Promise((resolve) => {
      transaction.oncomplete = resolve
    })
    database.close()
    return Object.keys(attempts).length
  }, by)
  expect(count).toBeGreaterThan(0)
}

/** Another browser, of another person. */
export async function otherBrowser(context: BrowserContext): Promise<BrowserContext> {
  const browser = context.browser()
  if (!browser) throw new Error('The context has no browser')
  return browser.newContext()
}
