import { at, expect, expectOneRefresh, json, PLACEHOLDER, placeholderAt, test } from './wire.ts'

test.describe('a refresh takes both tokens and answers a bare string', () => {
  test.use({ variant: 'both' })

  test('once for all tabs, and what it answers is what a page that refreshes gets', async ({ wire }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const login = await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    const [accessToken, refreshToken] = [
      placeholderAt(login, 'data', 'jwt'),
      placeholderAt(login, 'data', 'renewal'),
    ]

    await expectOneRefresh(wire, (page) => page.call(`${wire.base}/me`), [tab, other])

    // The page's own refresh, with what it got at login: it is answered from the store.
    const own = await other.call(
      `${wire.base}/refresh`,
      json({ accessToken, refreshToken }, { method: 'PUT' }),
    )
    expect(own.body).toEqual(expect.stringMatching(PLACEHOLDER))
    expect(own.headers['x-renewal']).toMatch(PLACEHOLDER)
    expect(own.headers['content-type']).toContain('text/plain')
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1 })
  })

  test('a logout with the bearer and both tokens in its body reaches the server with them', async ({
    wire,
  }) => {
    const tab = await wire.openTab()
    const login = await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    const [accessToken, refreshToken] = [
      placeholderAt(login, 'data', 'jwt'),
      placeholderAt(login, 'data', 'renewal'),
    ]

    const logout = await tab.call(
      `${wire.base}/logout`,
      json({ accessToken, refreshToken }, { headers: { Authorization: `Bearer ${accessToken}` } }),
    )

    expect(logout.status).toBe(204)
    expect(await tab.session()).toMatchObject({ status: 'anonymous' })
    await tab.call(`${wire.base}/me`)
    expect(await wire.stats()).toMatchObject({ logouts: 1, calls: { anonymous: 1 } })
  })
})

test.describe('a refresh is a form with a client id that is fetched at run time', () => {
  test.use({ variant: 'form' })
  const form = (members: Record<string, string>): RequestInit => ({
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(members).toString(),
  })

  test('once for all tabs; the logout is a form with both tokens', async ({ wire }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const client_id = String(at(await tab.call(`${wire.base}/client`), 'client_id'))
    const login = await tab.call(
      `${wire.base}/token`,
      form({ client_id, grant_type: 'password', username: 'alice' }),
    )
    const [access, refresh] = [placeholderAt(login, 'access_token'), placeholderAt(login, 'refresh_token')]

    await expectOneRefresh(wire, (page) => page.call(`${wire.base}/me`), [tab, other])

    const logout = await other.call(`${wire.base}/revoke`, form({ access, refresh }))
    expect(logout.body).toEqual({ revoked: true })
    expect((await tab.call(`${wire.base}/me`)).status).toBe(401)
    expect(await wire.stats()).toMatchObject({ logouts: 1, calls: { anonymous: 1 } })
  })
})

test.describe('login, refresh and API share a URL, as with GraphQL', () => {
  test.use({ variant: 'graphql' })
  const ask = (operationName: string, variables: object = {}): RequestInit =>
    json({ operationName, variables })

  test('an error in a 200 means expiry: one refresh for all tabs, and each call is replayed', async ({
    wire,
  }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const login = await tab.call(wire.base, ask('TokenCreate', { username: 'alice' }))
    const refreshToken = placeholderAt(login, 'data', 'tokenCreate', 'refreshToken')

    await expectOneRefresh(wire, (page) => page.call(wire.base, ask('Me')), [tab, other])

    const own = await other.call(wire.base, ask('TokenRefresh', { refreshToken }))
    placeholderAt(own, 'data', 'tokenRefresh', 'token')
    expect(at(await tab.call(wire.base, ask('Fails')), 'errors')).toMatchObject([{ message: 'NOT_FOUND' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1 })
  })

  test('an error in the answer to the refresh means that the session is over', async ({ wire }) => {
    const tab = await wire.openTab()
    await tab.call(wire.base, ask('TokenCreate', { username: 'alice' }))
    await wire.control({ revoke: true, reset: true })

    const refused = await tab.call(wire.base, ask('Me'))

    expect(refused).toMatchObject({ status: 200, body: { errors: [{ message: 'JWT_EXPIRED' }] } })
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1, refreshes: 0 })
  })
})

test.describe('the access token renews itself', () => {
  test.use({ variant: 'self' })

  test('before it expires, as its date without a zone says, and its 401 is final', async ({ wire }) => {
    const tab = await wire.openTab()
    await wire.control({ ttl: 10 })
    const asked = Date.now()
    await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    const before = (await tab.session()).expiresAt ?? 0
    // The date counts whole seconds, as the server's clock does.
    expect(before).toBeGreaterThan(asked + 8000)
    expect(before).toBeLessThan(Date.now() + 11_000)
    await wire.control({ ttl: 300 })

    // The open page sees to it.
    await expect.poll(async () => (await wire.stats()).refreshes, { timeout: 20_000 }).toBe(1)
    await expect.poll(async () => (await tab.session()).expiresAt).toBeGreaterThan(before + 100_000)
    expect((await tab.call(`${wire.base}/me`)).body).toEqual({ user: 'alice' })

    await wire.control({ revoke: true, reset: true })
    expect((await tab.call(`${wire.base}/me`)).status).toBe(401)
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'no-refresh-token' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 0, calls: { refused: 1 } })
  })
})

test.describe('a sliding session', () => {
  test.use({ variant: 'sliding' })

  test('goes on with the newest of many tokens in all tabs, and no page sees one', async ({ wire }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const token = placeholderAt(await tab.call(`${wire.base}/login`, json({ username: 'alice' })), 'token')
    const init = { headers: { 'X-ND-Authorization': `Bearer ${token}` } }

    // The later ones are answered sooner.
    const delays = [600, 400, 200, 0]
    const answers = await Promise.all(delays.map((ms) => tab.call(`${wire.base}/song?ms=${ms}`, init)))

    for (const { status, headers } of answers) {
      expect(status).toBe(200)
      expect(headers['x-nd-authorization']).toMatch(PLACEHOLDER)
    }
    // With what any of the tabs has, old or new.
    const next = await other.call(`${wire.base}/song`, init)
    const newest = Math.max(...answers.map((answer) => Number(at(answer, 'newest'))))
    expect(at(next, 'index')).toBe(newest)
    expect(await tab.events('session-changed')).toHaveLength(1)
    // An event stream has no headers: its URL has the token that the page has, and the server gets the newest.
    const streamed = await other.page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const events = new EventSource(url)
          events.onmessage = ({ data }) => {
            events.close()
            resolve(Number(data))
          }
          events.onerror = () => reject(new Error('no event'))
        }),
      `${wire.base}/events?jwt=${token}`,
    )
    expect(streamed).toBe(at(next, 'newest'))

    await tab.call(`${wire.base}/end`, { method: 'POST' })
    expect((await tab.call(`${wire.base}/song`, init)).status).toBe(401)
    await expect.poll(() => other.events('login-required')).toMatchObject([{ reason: 'no-refresh-token' }])
  })
})

test.describe('a sliding session whose pages keep their token', () => {
  test.use({ variant: 'sliding', reveal: true })

  test('each token that a page was given is known when it comes back', async ({ wire }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const login = await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    const bearer = (value: unknown) => ({ headers: { 'X-ND-Authorization': `Bearer ${String(value)}` } })
    const init = bearer(at(login, 'token'))
    const delays = [300, 200, 100, 0]
    const answers = await Promise.all(delays.map((ms) => tab.call(`${wire.base}/song?ms=${ms}`, init)))

    let newest = Math.max(...answers.map((answer) => Number(at(answer, 'newest'))))
    for (const given of [
      at(login, 'token'),
      ...answers.map(({ headers }) => headers['x-nd-authorization']),
    ]) {
      expect(given).toEqual(expect.not.stringMatching(PLACEHOLDER))
      const answer = await other.call(`${wire.base}/song`, bearer(given))
      expect(at(answer, 'index')).toBe(newest)
      newest = Number(at(answer, 'newest'))
    }
  })
})
