import assert from 'node:assert/strict'
import { Scenarios, settled } from '../scenario.ts'

/** What a request costs beside the request itself. */
export const cost = new Scenarios()

const COUNTED = { worker: 'sw-counted.js' }

cost.add('a request whose token is good: no IndexedDB, lock, message or clients call', async (world) => {
  const tab = await world.loggedIn(COUNTED)
  await tab.evaluate(async () => void (await window.lab.fetch('/lab/echo')))
  // Of the login, and of the client that asks for the session then.
  await settled(
    () => tab.evaluate(() => window.lab.calls()),
    ({ calls }) => Object.keys(calls).length === 0,
  )
  const good = await tab.evaluate(async () => {
    for (let i = 0; i < 10; i++) await window.lab.fetch(`/lab/echo?${i}`)
    await Promise.all(Array.from({ length: 10 }, () => window.lab.fetch('/lab/echo?at-once')))
    await window.lab.fetch('/lab/echo', { method: 'POST', body: window.lab.body('FormData') })
    await window.lab.load('img', { src: '/lab/image.png' })
    return window.lab.calls()
  })
  assert.deepEqual([good.fetchEvents, good.calls], [22, {}])

  await world.demo.revoke()
  const refreshed = await tab.evaluate(async () => {
    await window.lab.fetch('/lab/echo')
    return window.lab.calls()
  })
  for (const name of ['IDBDatabase.transaction', 'LockManager.request', 'Client.postMessage'])
    assert.ok(refreshed.calls[name], `a refresh without ${name}: nothing is counted`)
})

const NO_ROUTES = {
  Firefox: 'no static routes (addRoutes)',
  WebKitGTK: 'no static routes (addRoutes)',
}

cost.add(
  'static files and pages: no fetch event',
  async (world) => {
    const tab = await world.loggedIn(COUNTED)
    await tab.evaluate(async () => void (await window.lab.calls()))
    const { fetchEvents } = await tab.evaluate(async () => {
      await window.lab.load('script', { src: '/lab.js?again', type: 'module' })
      await window.lab.load('iframe', { src: '/lab.html' })
      await window.lab.fetch('/lab.js?fetched')
      await window.lab.fetch('/open/echo', { method: 'POST', body: 'x' })
      return window.lab.calls()
    })
    assert.equal(fetchEvents, 0)
  },
  NO_ROUTES,
)

cost.add(
  'static files do not wake a stopped worker, so they cannot wait for it',
  async (world) => {
    const tab = await world.loggedIn(COUNTED)
    assert.ok(world.profile.killWorkers, 'its workers cannot be stopped')
    await world.profile.killWorkers()
    const { loaded, calls } = await tab.evaluate(async () => {
      await window.lab.load('script', { src: '/lab.js?again', type: 'module' })
      await window.lab.fetch('/lab.js?fetched')
      const now = Date.now()
      return { loaded: now, calls: await window.lab.calls() }
    })
    assert.ok(calls.startedAt >= loaded, 'the worker was started for a static file')
  },
  NO_ROUTES,
)

cost.add('memory: two workers at once, and what one refreshes the other sends', async (world) => {
  const tab = await world.loggedIn()
  const page = `${world.site.url}/lab.html?other`
  const other = await world.blank(page)
  await world.control(other, { scope: '/lab.html?other' })
  const call = async (by: typeof tab, url: string): Promise<number> =>
    by.evaluate(async (to) => (await window.lab.fetch(to)).status, url)
  assert.deepEqual([await call(tab, '/lab/echo?1'), await call(other, '/lab/echo?2')], [200, 200])
  await world.demo.revoke()
  await tab.evaluate(() => {
    navigator.serviceWorker.addEventListener('message', () => (window.lab.kept['told'] = true))
  })
  assert.equal(await call(other, '/lab/echo?3'), 200)
  // The workers tell each other before they tell the pages.
  await settled(
    () => tab.evaluate(() => window.lab.kept['told']),
    (told) => told === true,
  )
  assert.equal(await call(tab, '/lab/echo?4'), 200)
  assert.deepEqual(
    world.site.seen('/lab/echo?4').map(({ status }) => status),
    [200],
  )
  assert.equal(await world.refreshes(), 1)
})
