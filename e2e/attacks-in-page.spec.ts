// Attacks from within the origin. Each test is named after a row of the tables in SECURITY.md; see attacks.spec.ts.
import { realTokens, test } from './oauth/attacker.ts'
import type { OAuthServer } from './oauth/server.ts'
import { expect, history, logIn } from './oauth/test.ts'
import { everythingStored, secretOf } from './stored.ts'

test.describe('a page that asks for the token', () => {
  test('by messages, reserved paths, caches, entries, errors: gets none', async ({
    tab,
    openTab,
    server,
  }) => {
    await logIn(tab, server)
    const other = await openTab()
    const tokens = await realTokens(tab)
    const replies = await tab.page.evaluate(async () => {
      const envelope = { v: 1, source: 'sw-token-broker', name: 'default' }
      const types = ['get-session', 'get-token', 'nudge', 'claim', 'stay', 'refresh', 'get-tokens']
      const answers: unknown[] = []
      for (const type of types) {
        const { port1, port2 } = new MessageChannel()
        const answer = new Promise((resolve) => {
          port1.onmessage = ({ data }) => resolve(data)
          setTimeout(resolve, 500, 'silence')
        })
        navigator.serviceWorker.controller?.postMessage({ ...envelope, type, online: true }, [port2])
        answers.push(await answer)
      }
      return answers
    })
    const answers = await tab.calls([
      '/auth/login',
      '/auth/callback?code=x&state=y',
      '/auth/logout',
      '/oauth/api/echo',
      '/oauth/api/always-401',
      '/oauth/api/step-up',
    ])
    const readable = JSON.stringify([
      replies,
      answers,
      await tab.messages(),
      await other.messages(),
      await tab.page.evaluate(() => window.harness.events),
      await tab.page.evaluate(async () => ({
        entries: performance.getEntries().map((entry) => entry.toJSON()),
        navigation: performance.getEntriesByType('navigation').map((entry) => entry.toJSON()),
        referrer: document.referrer,
        address: location.href,
      })),
      { ...(await everythingStored(tab.page)), records: [] },
      await history(tab.page),
      server.api.calls.map(({ path }) => path),
    ])

    tokens.push(...(await realTokens(tab)))
    expect(tokens.length).toBeGreaterThanOrEqual(6)
    for (const token of tokens) expect(readable).not.toContain(secretOf(token))
    expect(await tab.session()).toMatchObject({ status: 'active' })
  })

  test('by what goes wrong: no error tells what the server has said of a token', async ({ tab, server }) => {
    await logIn(tab, server)
    const tokens = await realTokens(tab)
    server.provider.revokeAccessTokens()
    server.provider.faults.set('token', {
      status: 400,
      body: JSON.stringify({ error: 'invalid_request', error_description: `Bad token: ${tokens.join(' ')}` }),
    })
    const answers = [await tab.call('/oauth/api/echo'), await tab.call('/oauth/api/echo', { method: 'POST' })]
    await expect.poll(() => tab.events('broker-error')).toHaveLength(1)
    const readable = JSON.stringify([answers, await tab.messages(), await tab.session()])
    expect(tokens.length).toBeGreaterThanOrEqual(3)
    for (const token of tokens) expect(readable).not.toContain(secretOf(token))
  })

  test('by polluted messages: changes nothing', async ({ tab, server }) => {
    await logIn(tab, server)
    await tab.page.evaluate(() => {
      const polluted: unknown[] = [
        JSON.parse('{"v":1,"source":"sw-token-broker","name":"default","__proto__":{"type":"logout"}}'),
        JSON.parse(
          '{"v":1,"source":"sw-token-broker","name":"default","type":"__proto__","constructor":{"prototype":{"polluted":1}}}',
        ),
        JSON.parse('{"v":1,"source":"sw-token-broker","name":"__proto__","type":"logout"}'),
        JSON.parse('{"v":1,"source":"sw-token-broker","name":"default","type":["logout"]}'),
      ]
      for (const message of polluted)
        navigator.serviceWorker.controller?.postMessage(message, [new MessageChannel().port2])
    })
    expect(await tab.session()).toMatchObject({ status: 'active' })
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)
  })
})

test('spoofed messages to the other tabs', async ({ tab, openTab, server }) => {
  await logIn(tab, server)
  const other = await openTab()
  await tab.page.evaluate(() => {
    for (const name of ['sw-token-broker:default', 'sw-token-broker', 'default']) {
      const channel = new BroadcastChannel(name)
      channel.postMessage({ v: 1, source: 'sw-token-broker', name: 'default', type: 'logged-out' })
      channel.postMessage('changed')
      channel.postMessage({ session: { status: 'active', tokens: { accessToken: 'attacker’s' } } })
      channel.close()
    }
  })
  expect(await other.events('login-required')).toEqual([])
  expect((await other.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
})

test('token endpoint called by the page', async ({ tab, server }) => {
  await logIn(tab, server)
  const answer = await tab.call(`${server.provider.url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token&client_id=demo-app&refresh_token=held-by-sw-token-broker-x',
  })
  // The provider answers the page as it would anybody: the broker adds nothing.
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test("another app's worker message", async ({ tab, server }) => {
  server.serve(
    'other/sw.js',
    `onmessage = async ({ data }) => {
      for (const client of await clients.matchAll({ includeUncontrolled: true }))
        for (const message of data) client.postMessage(message)
      for (const name of ['sw-token-broker:default', 'sw-token-broker:other'])
        new BroadcastChannel(name).postMessage(data)
    }`,
  )
  await logIn(tab, server)
  const session = await tab.session()
  const before = await tab.events('session-changed')
  const token = 'an attacker’s token'
  const envelope = { v: 1, source: 'sw-token-broker', name: 'default' }
  const messages: unknown[] = [
    null,
    'logged-out',
    { type: 'session-changed', session: { status: 'anonymous' } },
    { ...envelope, source: 'other-app', type: 'session-changed', session: { status: 'anonymous' } },
    { ...envelope, name: 'other', type: 'session-changed', session: { status: 'anonymous' } },
    { ...envelope, v: 2, type: 'session-changed', session: { status: 'anonymous' } },
    { ...envelope, type: 'session-changed', session: { status: 'logged-in', token } },
    { ...envelope, type: 'tokens', access_token: token },
    { ...envelope, type: 'login-required', reason: 1 },
  ]
  await tab.page.evaluate(async (all) => {
    const { installing, waiting, active } = await navigator.serviceWorker.register('/other/sw.js')
    const worker = installing ?? waiting ?? active
    const heard = new Promise<void>((resolve) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => {
        if (data === 'last') resolve()
      })
    })
    worker?.postMessage([...all, 'last'])
    await heard
  }, messages)

  expect(await tab.events('session-changed')).toEqual(before)
  expect(await tab.events('login-required')).toEqual([])
  expect(await tab.session()).toEqual(session)
  expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
})

test.describe('a response that tries to inject headers', () => {
  test('a token with a line break in it is none, and the session is kept', async ({ tab, server }) => {
    await logIn(tab, server)
    server.provider.revokeAccessTokens()
    server.provider.faults.set('token', {
      status: 200,
      body: JSON.stringify({ access_token: 'x\r\nX-Injected: 1', token_type: 'Bearer', expires_in: 300 }),
      times: 1,
    })
    expect((await tab.call('/oauth/api/echo')).status).toBe(503)
    await expect.poll(() => tab.events('broker-error')).toMatchObject([{ code: 'invalid-token-response' }])
    await expect.poll(async () => (await tab.call('/oauth/api/echo')).status, { timeout: 20_000 }).toBe(200)
    for (const { headers } of server.requests()) expect(Object.keys(headers)).not.toContain('x-injected')
    expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  })

  test('what a challenge or a link asks of the login stays a value of its own parameter', async ({
    tab,
    server,
  }) => {
    const asked: URLSearchParams[] = []
    server.provider.settings.onAuthorization = ({ searchParams }) => asked.push(searchParams)
    const evil = 'urn:x&redirect_uri=https://evil.example/#\r\nX-Injected: 1'
    await tab.page.evaluate((acrValues) => window.login({ acrValues }), evil)
    await tab.page.waitForURL(`${server.provider.url}/**`)
    const query = new URLSearchParams({
      redirect_uri: 'https://evil.example/',
      client_id: 'evil',
      scope: 'everything',
      state: 'known',
      code_challenge: 'known',
      response_mode: 'query',
      response_type: 'token',
    })
    await tab.page.goto(`${server.url}/auth/login?${query.toString()}`)
    await tab.page.waitForURL(`${server.provider.url}/**`)

    expect(asked).toHaveLength(2)
    for (const parameters of asked) {
      expect(Object.fromEntries(parameters)).toMatchObject({
        redirect_uri: `${server.url}/auth/callback`,
        client_id: 'demo-app',
        scope: 'openid offline_access profile api',
        response_type: 'code',
        code_challenge_method: 'S256',
      })
      expect(parameters.has('response_mode')).toBe(false)
      expect(parameters.get('state')).not.toBe('known')
      expect(parameters.get('code_challenge')).not.toBe('known')
    }
    expect(asked[0]?.get('acr_values')).toBe(evil)
  })
})

test.describe('not defended: a script of the origin', () => {
  const useElsewhere = async (server: OAuthServer, token: string, scheme = 'Bearer') =>
    (await fetch(`${server.url}/oauth/api/echo`, { headers: { Authorization: `${scheme} ${token}` } })).status

  test('reads the tokens from IndexedDB in the default mode, and they work anywhere', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    const [accessToken = ''] = await realTokens(tab)
    expect(await useElsewhere(server, accessToken)).toBe(200)
  })

  test('uses the API through the worker as long as it runs', async ({ tab, server }) => {
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/echo', { method: 'DELETE' })).status).toBe(200)
  })
})
