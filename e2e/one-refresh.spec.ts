import { expect, expireSession, finish, ONE_REFRESH, refreshCounts, start, test } from './test.ts'
import { refreshDueAt, shiftSession } from './stored.ts'
import { killWorker } from './worker.ts'

const statuses = (answers: { status: number }[]): number[] => [
  ...new Set(answers.map(({ status }) => status)),
]

test('5 tabs × 20 calls on an expired token make one refresh and 100 good answers', async ({
  tab,
  openTab,
  server,
}) => {
  await expireSession(tab, server)
  await server.fault({ target: 'refresh', hold: true })
  const tabs = [tab, ...(await Promise.all(Array.from({ length: 4 }, () => openTab())))]
  await tab.goto(server.url)
  const urls = Array.from({ length: 20 }, (_, index) => `/api/echo?call=${index}`)

  const answering = Promise.all(tabs.map((each) => each.calls(urls)))
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)
  await server.release()
  const answers = (await answering).flat()

  expect(answers).toHaveLength(100)
  expect(statuses(answers)).toEqual([200])
  const { main } = await server.stats()
  expect(main).toMatchObject({ ...ONE_REFRESH, maxConcurrentRefreshes: 1 })
  expect(main.api).toMatchObject({ total: 100, withToken: 100, unauthorized: 0 })
})

test('50 parallel calls after a revocation on the server make one refresh and are all replayed', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()

  const answers = await tab.calls(Array.from({ length: 50 }, (_, index) => `/api/echo?call=${index}`))

  expect(statuses(answers)).toEqual([200])
  expect((await server.stats()).main).toMatchObject({ ...ONE_REFRESH, api: { ok: 50 } })
})

test('a 401 that comes late, after the refresh, is replayed without another refresh', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.revoke()
  await server.fault({ target: 'api', hold: true, times: 1 })
  await start(tab.page, 'straggler', '/api/echo?straggler')
  await expect.poll(async () => (await server.seen('/api/echo?straggler')).length).toBe(1)
  expect((await tab.call('/api/echo?first')).status).toBe(200)
  await server.reset()

  await server.release()

  expect(await finish(tab.page, 'straggler')).toMatchObject({ status: 200 })
  expect(await refreshCounts(server)).toEqual({ refreshes: 0, refreshAttempts: 0, reuse: 0 })
})

test('a call that is refused for good is passed on after one refresh and one replay', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()

  const answer = await tab.call('/api/always-401')

  expect(answer.status).toBe(401)
  expect(answer.headers['www-authenticate']).toContain('invalid_token')
  expect(await server.seen('/api/always-401')).toHaveLength(2)
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('closing the tab whose call began the refresh loses nothing', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true })
  await start(tab.page, 'call', '/api/echo')
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

  await tab.page.close()
  await start(other.page, 'call', '/api/echo?other')
  await server.release()

  expect(await finish(other.page, 'call')).toMatchObject({ status: 200 })
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('a token about to expire is refreshed beside the call, which does not wait for it', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.fault({ target: 'refresh', hold: true })
  await killWorker(tab.page)
  // Due for a second, and good for half a minute at least.
  await shiftSession(tab.page, Date.now() - 1000 - (await refreshDueAt(tab.page)))
  const { expiresAt = 0 } = await tab.session()

  expect((await tab.call('/api/echo')).status).toBe(200)
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)
  expect(expiresAt - Date.now()).toBeGreaterThan(5000)
  await server.release()

  await expect.poll(async () => (await tab.session()).expiresAt).toBeGreaterThan(expiresAt)
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('an idle visible tab keeps the session warm, and only one of several does', async ({
  tab,
  openTab,
  server,
}) => {
  await openTab()
  await server.ttl(5)
  await tab.login()
  await server.reset()
  await server.ttl(300)

  await expect.poll(async () => (await refreshCounts(server)).refreshes).toBe(1)
  await expect.poll(async () => (await tab.session()).expiresAt).toBeGreaterThan(Date.now() + 200_000)
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})
