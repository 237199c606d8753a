import { logInBefore, PLACEHOLDER, seenByServer, StoredAppPage } from './stored-app.ts'
import { expect, test } from './test.ts'
import { killWorker } from './worker.ts'

const WORKERS = [
  ['add', 'worker=/sw-reveal.js'],
  ['replace', 'worker=/sw-reveal-replace.js'],
] as const

for (const [attach, query] of WORKERS)
  test.describe(`attach: '${attach}'`, () => {
    test('a stale token is replaced by the current one, after one refresh for all tabs', async ({
      context,
      server,
    }) => {
      const first = await StoredAppPage.open(context, server, query)
      await first.login()
      const second = await StoredAppPage.open(context, server, query)
      const { token } = await first.tokens()
      await server.revoke()
      await server.reset()

      const answers = await Promise.all(
        [first, second, first, second].map((app, index) => app.get(`/echo?${index}`)),
      )

      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { user: 'alice' } })
      expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
      // The pages still have the old one, and a worker that starts again knows it.
      expect((await first.tokens()).token).toBe(token)
      await killWorker(first.page)
      await server.reset()
      expect(await first.get('/echo?later')).toMatchObject({ status: 200 })
      expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0, tokens: ['valid'] })
    })

    test('a token of nobody we know is left alone', async ({ context, server }) => {
      const app = await StoredAppPage.open(context, server, query)
      await app.login()
      await server.reset()

      const status = await app.page.evaluate(async () => {
        const headers = { Authorization: 'Bearer a-token-of-another-api' }
        return (await fetch('/classic/api/echo?unknown', { headers })).status
      })

      expect(status).toBe(401)
      expect(await server.seen('/classic/api/echo?unknown')).toMatchObject([{ token: 'other' }])
      expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0 })
    })
  })

test('the page has the real access token and no refresh token', async ({ context, server }) => {
  const app = await StoredAppPage.open(context, server, 'worker=/sw-reveal.js')
  await app.login()
  const { token, refreshToken } = await app.tokens()

  // What a WebSocket or a server that reads a cookie would get.
  const direct = await fetch(`${server.url}/classic/api/echo`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(await direct.json()).toMatchObject({ user: 'alice', authorization: 'valid' })
  expect(refreshToken).toMatch(PLACEHOLDER)
  expect(token).not.toMatch(PLACEHOLDER)
})

test("the page's own refresh gets it the real token that is current", async ({ context, server }) => {
  const app = await StoredAppPage.open(context, server, 'worker=/sw-reveal.js')
  await app.login()
  const before = await app.tokens()
  await server.revoke()
  await app.get('/echo')
  await server.reset()

  expect(await app.refresh()).toMatchObject({ status: 200 })

  const { token, refreshToken } = await app.tokens()
  expect(token).not.toBe(before.token)
  expect(refreshToken).toMatch(PLACEHOLDER)
  const direct = await fetch(`${server.url}/classic/api/orders`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  expect(direct.status).toBe(200)
  expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0 })
})

test("a former user's token never becomes the next user's", async ({ context, server }) => {
  const app = await StoredAppPage.open(context, server, 'worker=/sw-reveal.js')
  await app.login('alice')
  const { token } = await app.tokens()
  await server.revoke()
  await app.get('/echo')
  await app.login('bob')
  await server.reset()

  const status = await app.page.evaluate(async (value) => {
    const headers = { Authorization: `Bearer ${value}` }
    return (await fetch('/classic/api/echo?former', { headers })).status
  }, token)

  expect(status).toBe(401)
  const seen = await server.seen('/classic/api/echo?former')
  expect(seen.map(({ user }) => user)).toEqual(['alice'])
})

test("without a header a call gets the token with 'add', and none with 'replace'", async ({
  context,
  server,
}) => {
  const seen: unknown[] = []
  for (const [attach, query] of WORKERS) {
    const app = await StoredAppPage.open(context, server, query)
    await app.login()
    await app.page.evaluate((name) => fetch(`/classic/api/public?${name}`), attach)
    seen.push((await server.seen(`/classic/api/public?${attach}`)).map(({ token }) => token))
    await app.page.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations())
        await registration.unregister()
    })
    await app.page.close()
  }
  expect(seen).toEqual([['valid'], ['none']])
})

test('an adopted session keeps its access token in the page', async ({ context, server }) => {
  const app = await logInBefore(context, server)
  const { token } = await app.tokens()

  await app.visit('worker=/sw-reveal.js&adopt')

  const after = await app.tokens()
  expect(after.token).toBe(token)
  expect(after.refreshToken).toMatch(PLACEHOLDER)
  await server.revoke()
  expect(await app.get('/echo')).toMatchObject({ status: 200 })
  expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})
