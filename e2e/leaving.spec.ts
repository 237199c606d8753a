import { expect, test } from './test.ts'
import { everythingStored } from './stored.ts'
import type { Tab } from './tab.ts'

/** What is left of the broker in this browser. */
async function leftovers(tab: Tab) {
  const { records, cached } = await everythingStored(tab.page)
  const rest = await tab.page.evaluate(async () => {
    const registrations = await navigator.serviceWorker.getRegistrations()
    const { held = [], pending = [] } = await navigator.locks.query()
    return {
      databases: (await indexedDB.databases()).length,
      registrations: registrations.length,
      locks: [...held, ...pending].length,
    }
  })
  return { records: records.length, cached: cached.length, ...rest }
}

const NOTHING = { records: 0, cached: 0, databases: 0, registrations: 0, locks: 0 }

/** Whether a login in this tab brings the page a real token, as without a broker. */
async function loginIsPlain(tab: Tab): Promise<boolean> {
  const { body } = await tab.login('bob')
  const token = JSON.stringify(body)
  return !token.includes('held-by-sw-token-broker') && token.includes('access_token')
}

test('one line in the page takes the broker away, in every tab', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await tab.login()
  await server.reset()

  await tab.page.evaluate(() => window.harness.uninstall())

  expect(await leftovers(tab)).toEqual(NOTHING)
  await tab.call('/api/echo?tab')
  await other.call('/api/echo?other')
  expect(await server.seen('/api/echo?tab')).toMatchObject([{ token: 'none' }])
  expect(await server.seen('/api/echo?other')).toMatchObject([{ token: 'none' }])
  expect(await loginIsPlain(tab)).toBe(true)
  expect(await loginIsPlain(other)).toBe(true)
  await expect
    .poll(async () => (await other.events('session-changed')).at(-1))
    .toMatchObject({ session: { status: 'anonymous' } })
  expect(await other.session()).toEqual({ status: 'anonymous' })
  expect(await leftovers(other)).toEqual(NOTHING)
})

test('a refresh that is under way leaves nothing behind', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()
  await server.fault({ target: 'refresh', delay: 1000 })
  const call = tab.call('/api/echo')
  await expect.poll(async () => (await server.stats()).main.refreshAttempts).toBe(1)

  await tab.page.evaluate(() => window.harness.uninstall())
  await call
  expect(await loginIsPlain(tab)).toBe(true)
  await expect.poll(async () => (await leftovers(tab)).records).toBe(0)
})

test('where there is no broker, the one line does nothing', async ({ page, server }) => {
  await page.goto(`${server.url}/plain.html`)
  await page.addScriptTag({ url: '/uninstall-only.js', type: 'module' })
  await expect.poll(() => page.evaluate(() => window.uninstalled)).toBe(true)
})

test('the kill worker does it for pages that cannot be changed', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await tab.login()
  await server.reset()

  server.deploy('kill-worker.js', 'sw.js')
  await tab.page.evaluate(async () => void (await navigator.serviceWorker.ready).update())
  await expect.poll(() => leftovers(tab)).toEqual(NOTHING)

  await tab.call('/api/echo?tab')
  await other.call('/api/echo?other')
  expect(await server.seen('/api/echo?tab')).toMatchObject([{ token: 'none' }])
  expect(await server.seen('/api/echo?other')).toMatchObject([{ token: 'none' }])
  expect(await loginIsPlain(other)).toBe(true)

  // The page still registers its broker at every load.
  await tab.goto(server.url)
  expect(await tab.session()).toEqual({ status: 'anonymous' })
  const { body } = await tab.login('alice')
  expect(JSON.stringify(body)).not.toContain('held-by')
  await expect.poll(() => leftovers(tab)).toEqual(NOTHING)
})
