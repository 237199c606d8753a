import { expect, finish, ONE_REFRESH, refreshCounts, start, test } from './test.ts'
import type { Tab } from './tab.ts'

/**
 * Asks for an update and tells what there is. Polled, since the browser joins a request for an update to a check that
 * is already under way, which may have read the old script.
 */
async function versions(tab: Tab) {
  const waiting = await tab.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    void registration.update().catch(() => undefined)
    return registration.waiting?.state
  })
  return { version: await tab.version(), waiting }
}

test('a new version of the worker takes over between two calls, without a reload', async ({
  tab,
  server,
}) => {
  await tab.login()
  expect(await tab.version()).toBe('1')
  await server.reset()

  server.deploy('sw-next.js')
  await expect.poll(() => versions(tab)).toMatchObject({ version: '2' })

  expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
  expect((await refreshCounts(server)).refreshAttempts).toBe(0)
})

test('a new version that arrives during a refresh does not refresh a second time', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true })
  await start(tab.page, 'old', '/api/echo?old')
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

  server.deploy('sw-next.js')
  // Both are alive now: the old one waits for the token endpoint, the new one waits for the old one.
  await expect.poll(() => versions(tab)).toEqual({ version: '1', waiting: 'installed' })
  await tab.page.evaluate(async () => {
    const { waiting } = await navigator.serviceWorker.ready
    waiting?.postMessage({ v: 1, source: 'sw-token-broker', name: 'default', type: 'nudge' }, [
      new MessageChannel().port2,
    ])
  })
  await start(other.page, 'new', '/api/echo?new')
  await server.release()

  expect(await finish(tab.page, 'old')).toMatchObject({ status: 200 })
  expect(await finish(other.page, 'new')).toMatchObject({ status: 200 })
  await expect.poll(() => versions(tab)).toMatchObject({ version: '2' })
  expect((await tab.calls(['/api/echo?a', '/api/echo?b'])).map(({ status }) => status)).toEqual([200, 200])
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('calls in flight during a takeover are all answered', async ({ tab, server }) => {
  await tab.login()
  await server.fault({ target: 'api', hold: true })
  for (const name of ['a', 'b', 'c']) await start(tab.page, name, `/api/echo?${name}`)
  await expect.poll(async () => (await server.stats()).main.api.total).toBe(3)

  server.deploy('sw-next.js')
  await expect.poll(() => versions(tab)).toEqual({ version: '1', waiting: 'installed' })
  await server.clearFault('api')
  await server.release()

  for (const name of ['a', 'b', 'c']) expect(await finish(tab.page, name)).toMatchObject({ status: 200 })
  await expect.poll(() => versions(tab)).toMatchObject({ version: '2' })
})
