import { expect, finish, refreshCounts, start, test } from './test.ts'

test('a logout in one tab during a refresh in another stays a logout', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true })
  await start(tab.page, 'call', '/api/echo')
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

  await other.logout()
  await server.release()

  expect(await finish(tab.page, 'call')).toMatchObject({ status: 401 })
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  expect(await other.session()).toMatchObject({ status: 'anonymous' })
  expect((await other.call('/api/echo?after')).status).toBe(401)
  expect(await server.seen('/api/echo?after')).toMatchObject([{ token: 'none' }])
  expect((await refreshCounts(server)).refreshAttempts).toBe(1)
})

test('a logout reaches every tab and the server', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await tab.login()
  await tab.logout()

  await expect
    .poll(async () => (await other.events('session-changed')).at(-1))
    .toMatchObject({
      session: { status: 'anonymous' },
    })
  expect((await server.stats()).main.logouts).toBe(1)
  expect((await other.call('/api/public')).body).toMatchObject({ user: null })
})

test("a page's own request to the logout endpoint is a logout too", async ({ tab, server }) => {
  await tab.login()
  await tab.call('/auth/logout', { method: 'POST' })

  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  expect((await server.stats()).main.logouts).toBe(1)
  await tab.call('/api/echo')
  expect(await server.seen('/api/echo')).toMatchObject([{ token: 'none' }])
})

test('a logout is one for the page even when the server cannot be reached', async ({ tab, server }) => {
  await tab.login()
  await server.fault({ target: 'logout', drop: 'before' })
  await tab.logout()
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
})

test("a call of the former user is never replayed with the next user's token", async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true, times: 1 })
  const urls = ['/api/echo?1', '/api/echo?2', '/api/echo?3']
  for (const url of urls) await start(tab.page, url, url, { method: 'POST', body: "alice's order" })
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)
  await expect.poll(async () => (await server.stats()).main.api.unauthorized).toBe(3)

  await other.login('bob')
  await server.release()

  for (const url of urls) {
    expect(await finish(tab.page, url)).toMatchObject({ status: 401 })
    for (const request of await server.seen(url)) expect(request.user).not.toBe('bob')
  }
  expect((await tab.call('/api/echo?next')).body).toMatchObject({ user: 'bob' })
  expect((await other.call('/api/echo?next')).body).toMatchObject({ user: 'bob' })
})

test('a 401 that comes after another login reaches the page of the former session unchanged', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await server.revoke()
  await server.fault({ target: 'api', hold: true, times: 1 })
  await start(tab.page, 'call', '/api/echo', { method: 'POST', body: "alice's order" })
  await expect.poll(async () => (await server.seen('/api/echo')).length).toBe(1)
  await other.login('bob')
  await server.reset()
  await server.release()

  expect(await finish(tab.page, 'call')).toMatchObject({ status: 401 })
  expect(await refreshCounts(server)).toMatchObject({ refreshAttempts: 0 })
  for (const request of await server.seen('/api/echo')) expect(request.user).not.toBe('bob')
  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect(await other.events('login-required')).toEqual([])
})

test('a failed login leaves the session of before alone', async ({ tab }) => {
  await tab.login('alice')
  const refused = await tab.call('/auth/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'alice', password: 'wrong' }),
  })
  expect(refused.status).toBe(401)
  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
})
