import { expect, test } from './test.ts'
import { secretOf, tokensOnTheWire } from './stored.ts'

test('no message, answer, header or storage that a page reads has a token in it', async ({
  context,
  tab,
  openTab,
  server,
}) => {
  const wire = tokensOnTheWire(context)
  const other = await openTab()

  const login = await tab.login()
  await server.revoke()
  const answers = [
    login,
    await tab.call('/api/echo'),
    await other.call('/api/echo'),
    await tab.call('/api/always-401'),
  ]
  const sessions = [await tab.session(), await other.session()]
  await server.revoke({ refresh: true })
  answers.push(await tab.call('/api/echo?lost'))
  await expect.poll(() => other.events('login-required')).toHaveLength(1)
  const events = [
    ...(await tab.page.evaluate(() => window.harness.events)),
    ...(await other.page.evaluate(() => window.harness.events)),
  ]
  const messages = [...(await tab.messages()), ...(await other.messages())]
  const kept = await tab.page.evaluate(() => ({
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    cookies: document.cookie,
    entries: performance.getEntries().map((entry) => entry.toJSON()),
  }))

  const tokens = (await Promise.all(wire)).flat()
  // Two for the login and two for each of the refreshes.
  expect(tokens.length).toBeGreaterThanOrEqual(4)
  expect(messages.length).toBeGreaterThan(0)
  const readable = JSON.stringify({ answers, sessions, events, messages, kept })
  for (const token of tokens) {
    const secret = secretOf(token)
    expect(secret.length).toBeGreaterThan(16)
    expect(readable).not.toContain(secret)
  }
})

test('the login answer keeps its members and carries placeholders for the tokens', async ({ tab }) => {
  const { status, headers, body } = await tab.login()

  expect(status).toBe(200)
  expect(headers['content-type']).toContain('application/json')
  expect(body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 300,
    user: { name: expect.any(String) },
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.held-by-sw-token-broker-/),
    refresh_token: expect.stringMatching(/^held-by-sw-token-broker-/),
  })
})

test("the page's own refresh with its placeholder gets placeholders back", async ({ tab, server }) => {
  const { body } = await tab.login()
  const placeholder = typeof body === 'object' && body && 'refresh_token' in body ? body.refresh_token : ''
  await server.reset()

  const refreshed = await tab.call('/auth/refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: placeholder }),
  })

  expect(refreshed.status).toBe(200)
  expect(refreshed.body).toMatchObject({ refresh_token: expect.stringMatching(/^held-by-sw-token-broker-/) })
  expect((await server.stats()).main).toMatchObject({ refreshes: 1, reuse: 0 })
})

test('a placeholder opens nothing at the server', async ({ tab, server }) => {
  const { body } = await tab.login()
  const placeholder =
    typeof body === 'object' && body && 'access_token' in body ? String(body.access_token) : ''
  const answer = await fetch(`${server.url}/api/echo`, {
    headers: { Authorization: `Bearer ${placeholder}` },
  })
  expect(answer.status).toBe(401)
})

test('messages of a page that the worker does not understand are ignored', async ({ tab }) => {
  await tab.login()
  await tab.page.evaluate(() => {
    const { controller } = navigator.serviceWorker
    const envelope = { v: 1, source: 'sw-token-broker', name: 'default' }
    const nonsense: unknown[] = [
      null,
      'logout',
      7,
      [],
      { type: 'logout' },
      { ...envelope, v: 2, type: 'logout' },
      { ...envelope, type: 'set-session', tokens: { access_token: 'stolen' } },
      { ...envelope, type: 'get-token' },
      { ...envelope, type: { toString: 'x' } },
      { type: 'CACHE_URLS', payload: { urlsToCache: ['/api/echo?cached'] } },
    ]
    for (const message of nonsense) controller?.postMessage(message, [new MessageChannel().port2])
  })

  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
})
