import { expect, test } from './test.ts'
import { secretOf, storedRecord } from './stored.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'

/** What an SDK gets, past the worker. */
async function tokensOf(server: TestServer, username: string) {
  const response = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password: username }),
  })
  const tokens: { access_token: string; refresh_token: string; expires_in: number } = await response.json()
  return tokens
}

const setSession = (tab: Tab, tokenResponse: object): Promise<unknown> =>
  tab.page.evaluate((tokens) => window.harness.setSession(tokens), tokenResponse)

test.describe('acceptTokens: true', () => {
  test.beforeEach(({ server }) => server.deploy('sw-accepting.js'))

  test('a session from an SDK is every tab’s, and is refreshed like any other', async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab()
    const { access_token: access, refresh_token: refresh, expires_in } = await tokensOf(server, 'alice')

    const session = await setSession(tab, { tokens: { access, refresh }, expires_in })

    expect(session).toMatchObject({ status: 'active', subject: 'alice' })
    expect(JSON.stringify(session)).not.toContain(secretOf(access))
    await expect
      .poll(() => other.events('session-changed'))
      .toMatchObject([{ session: { status: 'active', subject: 'alice' } }])
    expect((await other.call('/api/echo')).body).toMatchObject({ user: 'alice' })

    await server.revoke()
    expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
    expect((await server.stats()).main).toMatchObject({ refreshes: 1, reuse: 0 })
  })

  test('each setSession begins a session of its own', async ({ tab, server }) => {
    const ids: unknown[] = []
    for (const user of ['alice', 'bob']) {
      const { access_token: access, refresh_token: refresh } = await tokensOf(server, user)
      await setSession(tab, { tokens: { access, refresh } })
      const record = await storedRecord(tab.page)
      expect(record).toMatchObject({ session: { tokens: { subject: user } } })
      JSON.stringify(record, (key, value: unknown) => {
        if (key === 'sessionId') ids.push(value)
        return value
      })
    }
    expect(new Set(ids).size).toBe(2)
  })

  test('a token response under other names is refused, and the message has no values', async ({ tab }) => {
    expect(await setSession(tab, { access_token: 'secret-value', expires_in: 300 })).toEqual({
      code: 'invalid-token-response',
      message: expect.stringMatching(/no access token.*'access_token', 'expires_in'/),
    })
    expect(await setSession(tab, { tokens: { access: 7 } })).toMatchObject({
      code: 'invalid-token-response',
      message: expect.stringContaining(`'tokens.access'`),
    })
    expect(await tab.session()).toEqual({ status: 'anonymous' })
  })
})

test('by default no page can put tokens in, and is told what to do', async ({ tab, server }) => {
  expect(await setSession(tab, await tokensOf(server, 'alice'))).toMatchObject({
    code: 'tokens-not-accepted',
    message: expect.stringContaining('acceptTokens: true'),
  })
  expect(await tab.session()).toEqual({ status: 'anonymous' })
})
