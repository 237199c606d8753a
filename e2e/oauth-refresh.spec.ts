import { expect, expireSession, logIn, test } from './oauth/test.ts'
import { finish, start } from './test.ts'
import { killWorker } from './worker.ts'

test('an expired token in two tabs is one refresh', async ({ tab, openTab, server }) => {
  await expireSession(tab, server)
  const { faults, stats } = server.provider
  faults.set('token', { hold: true })
  const other = await openTab()
  await tab.goto(server.url)
  const urls = Array.from({ length: 10 }, (_, index) => `/oauth/api/echo?call=${index}`)

  const answering = Promise.all([tab.calls(urls), other.calls(urls)])
  await expect.poll(() => stats.tokenRequests).toBe(2)
  faults.clear()
  const answers = (await answering).flat()

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(stats).toMatchObject({ refreshes: 1, reuse: 0, errors: [], maxConcurrentTokenRequests: 1 })
})

test('a token that the server has revoked is refreshed, and the call repeated', async ({ tab, server }) => {
  await logIn(tab, server)
  server.provider.revokeAccessTokens()

  expect((await tab.call('/oauth/api/echo', { method: 'POST', body: 'x' })).body).toMatchObject({ bytes: 1 })
  expect(server.calls('/oauth/api/echo').map(({ status }) => status)).toEqual([401, 200])
  expect(server.provider.stats).toMatchObject({ refreshes: 1, errors: [] })
})

test('a session that the provider has ended is one login-required per tab', async ({
  tab,
  openTab,
  server,
}) => {
  await logIn(tab, server)
  const other = await openTab()
  server.provider.endSessions()

  const answers = await Promise.all([
    tab.call('/oauth/api/echo'),
    other.call('/oauth/api/echo'),
    other.call('/oauth/api/orders'),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  for (const each of [tab, other]) {
    await expect.poll(() => each.events('login-required')).toHaveLength(1)
    expect(await each.events('login-required')).toMatchObject([
      { reason: 'invalid_grant', loginUrl: `${server.url}/auth/login` },
    ])
    expect(await each.session()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })
  }
  expect(server.provider.stats).toMatchObject({ tokenRequests: 2, errors: ['invalid_grant'] })
})

for (const [status, headers] of [
  [503, { 'Retry-After': '1' }],
  [429, { 'Retry-After': '1' }],
  [200, {}],
] as const)
  test(`${status} with no token at the token endpoint keeps the session`, async ({ tab, server }) => {
    await logIn(tab, server)
    const { faults, stats } = server.provider
    server.provider.revokeAccessTokens()
    faults.set('token', { status, headers, body: status === 200 ? '<p>Captive portal</p>' : '{}' })

    const answer = await tab.call('/oauth/api/echo')

    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toMatch(/^\d+$/)
    expect(await tab.session()).toMatchObject({ status: 'active' })
    expect(await tab.events('login-required')).toEqual([])
    faults.clear()
    await expect.poll(async () => (await tab.call('/oauth/api/echo')).status, { timeout: 20_000 }).toBe(200)
    expect(stats).toMatchObject({ refreshes: 1, reuse: 0 })
  })

test('a token endpoint that breaks the connection is a network error of the call', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  server.provider.revokeAccessTokens()
  server.provider.faults.set('token', { drop: 'before' })

  expect(await tab.call('/oauth/api/echo')).toMatchObject({ error: expect.stringContaining('TypeError') })
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('a worker killed during a refresh goes on with it', async ({ tab, server }) => {
  await logIn(tab, server)
  const { faults, stats } = server.provider
  server.provider.revokeAccessTokens()
  faults.set('token', { hold: true, drop: 'before', times: 1 })
  await start(tab.page, 'call', '/oauth/api/echo')
  await expect.poll(() => stats.tokenRequests).toBe(2)

  await killWorker(tab.page)
  faults.release()

  expect(await finish(tab.page, 'call')).toMatchObject({ status: 200 })
  expect(stats).toMatchObject({ refreshes: 1, reuse: 0 })
  expect(await tab.events('login-required')).toEqual([])
})

test('a worker killed while idle still has session and claims', async ({ tab, server }) => {
  await logIn(tab, server)
  await killWorker(tab.page)

  expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
  expect(server.provider.stats.refreshes).toBe(0)
})
