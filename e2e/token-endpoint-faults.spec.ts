import { expect, expireSession, finish, refreshCounts, start, test } from './test.ts'
import type { Tab } from './tab.ts'
import type { Fault, TestServer } from './test-server.ts'

/** The session was kept, no tab was sent to the login, and calls work again. */
async function expectRecovery(tab: Tab, server: TestServer, timeout = 35_000): Promise<void> {
  expect(await tab.session()).toMatchObject({ status: 'active' })
  await server.clearFault('refresh')
  await expect.poll(async () => (await tab.call('/api/echo?recovered')).status, { timeout }).toBe(200)
  expect(await tab.events('login-required')).toEqual([])
  expect(await refreshCounts(server)).toMatchObject({ refreshes: 1, reuse: 0 })
}

const HTML = { status: 200, contentType: 'text/html', body: '<h1>Sign in to the hotel network</h1>' }

const ANSWERS: [string, Omit<Fault, 'target'>][] = [
  ['503', { status: 503 }],
  ['429 with Retry-After', { status: 429, headers: { 'Retry-After': '1' } }],
  ['an HTML answer of a captive portal', HTML],
  ['JSON without a token', { status: 200, contentType: 'application/json', body: '{"ok":true}' }],
]

for (const [title, answer] of ANSWERS)
  test(`${title} from the token endpoint: 503 for the page, the session is kept and recovers`, async ({
    tab,
    server,
  }) => {
    await tab.login()
    await server.reset()
    await server.revoke()
    await server.fault({ target: 'refresh', ...answer })

    const refused = await tab.call('/api/echo')

    expect(refused.status).toBe(503)
    expect(refused.headers['content-type']).toContain('application/problem+json')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.body).toMatchObject({ status: 503, code: expect.any(String) })
    await expectRecovery(tab, server)
  })

test('while the token endpoint fails, calls do not hammer it', async ({ tab, server }) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', status: 503, headers: { 'Retry-After': '30' } })

  for (let round = 0; round < 10; round++) await tab.calls(['/api/echo?a', '/api/echo?b', '/api/echo?c'])

  expect(await refreshCounts(server)).toEqual({ refreshes: 0, refreshAttempts: 1, reuse: 0 })
})

test('a dropped connection to the token endpoint: fetch rejects, the session is kept and recovers', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', drop: 'before' })

  expect((await tab.call('/api/echo')).error).toContain('TypeError')
  await expectRecovery(tab, server)
})

test('a token endpoint that hangs: fetch rejects in bounded time, the session is kept and recovers', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  // Held, and never processed: a request that was given up and then rotates the token is another story.
  await server.fault({ target: 'refresh', hold: true, drop: 'before' })

  await start(tab.page, 'call', '/api/echo')
  expect((await finish(tab.page, 'call'))?.error).toContain('TypeError')

  await expectRecovery(tab, server)
})

test('offline: fetch rejects as without a worker, and calls work when the network is back', async ({
  tab,
  openTab,
  context,
  server,
}) => {
  await expireSession(tab, server)
  // The page is there before the network goes; its first nudge must not refresh.
  await server.fault({ target: 'refresh', drop: 'before' })
  const next = await openTab()
  await context.setOffline(true)

  expect((await next.call('/api/echo')).error).toContain('TypeError')
  expect(await next.session()).toMatchObject({ status: 'active' })

  await server.clearFault('refresh')
  await context.setOffline(false)
  await expect.poll(async () => (await next.call('/api/echo')).status, { timeout: 35_000 }).toBe(200)
  expect(await next.events('login-required')).toEqual([])
  expect(await refreshCounts(server)).toMatchObject({ refreshes: 1, reuse: 0 })
})

test('a valid access token is used on while refreshes fail', async ({ tab, openTab, server }) => {
  await server.ttl(20)
  await tab.login()
  const { expiresAt = 0 } = await tab.session()
  await server.fault({ target: 'refresh', status: 503 })
  await tab.page.goto('about:blank')
  await expect.poll(() => expiresAt - Date.now(), { timeout: 30_000 }).toBeLessThan(2500)
  const next = await openTab()

  expect((await next.call('/api/echo')).status).toBe(200)
  expect(await next.events('login-required')).toEqual([])
})

test('a member of the wrong type is reported by its name, and nothing stored is lost', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  const body = JSON.stringify({
    access_token: 'a',
    token_type: 'Bearer',
    expires_in: 'soon',
    refresh_token: 7,
  })
  await server.fault({ target: 'refresh', status: 200, contentType: 'application/json', body })

  expect((await tab.call('/api/echo')).status).toBe(503)
  await expect.poll(() => tab.events('broker-error')).not.toEqual([])
  const [error] = await tab.events('broker-error')
  expect(String(error?.['member'])).toMatch(/expires_in|refresh_token/)
  await expectRecovery(tab, server)
})

test('invalid_client is a misconfiguration: broker-error, no loop, no lost session', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({
    target: 'refresh',
    status: 400,
    contentType: 'application/json',
    body: '{"error":"invalid_client"}',
  })

  for (let round = 0; round < 5; round++) expect((await tab.call('/api/echo')).status).toBe(503)

  expect(await refreshCounts(server)).toMatchObject({ refreshAttempts: 1 })
  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect(await tab.events('login-required')).toEqual([])
  await expect
    .poll(() => tab.events('broker-error'))
    .toMatchObject([{ error: 'invalid_client', status: 400 }])
})
