import type { BrowserContext } from '@playwright/test'
import { logInBefore, PLACEHOLDER, seenByServer, StoredAppPage } from './stored-app.ts'
import { Tab } from './tab.ts'
import { expect, test } from './test.ts'
import type { TestServer } from './test-server.ts'

/** What is stored, with a mark for each token. */
const shapeOf = (raw: string, { token, refreshToken }: { token: string; refreshToken: string }): string =>
  raw.replaceAll(token, '<access>').replaceAll(refreshToken, '<refresh>')

for (const keep of ['local', 'session', 'cookie', 'json', 'redux'])
  test(`a session in "${keep}" goes on, and placeholders take the places of its tokens`, async ({
    context,
    server,
  }) => {
    const app = await logInBefore(context, server, `keep=${keep}`)
    const shape = shapeOf(await app.raw(), await app.tokens())
    await server.reset()

    await app.visit(`keep=${keep}&adopt`)

    const tokens = await app.tokens()
    expect(tokens.token).toMatch(PLACEHOLDER)
    expect(tokens.refreshToken).toMatch(PLACEHOLDER)
    expect(shapeOf(await app.raw(), tokens)).toBe(shape)
    await server.revoke()
    expect((await app.get('/echo?later')).body).toMatchObject({ user: 'alice' })
    expect(await app.logouts()).toBe(0)
    expect(await seenByServer(server)).toMatchObject({
      logins: 0,
      refreshes: 1,
      refreshAttempts: 1,
      reuse: 0,
    })
    // A reload finds placeholders, and goes on with the same session.
    expect(await app.visit(`keep=${keep}&adopt`)).toMatchObject({ status: 200 })
    expect(await app.logouts()).toBe(0)
  })

test('five tabs that adopt at once have one session, and one refresh', async ({ context, server }) => {
  const first = await logInBefore(context, server)
  await server.revoke()
  await server.reset()
  const others = await Promise.all(Array.from({ length: 4 }, () => context.newPage()))
  const apps = [first, ...others.map((page) => new StoredAppPage(page, `${server.url}/stored-app.html`))]

  const answers = await Promise.all(apps.map((app) => app.visit('adopt')))

  for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { user: 'alice' } })
  const sessions = await Promise.all(apps.map((app) => app.sessionId()))
  expect(new Set(sessions).size).toBe(1)
  expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})

test('a copy of tokens that another tab has handed over long since gets the session that they became', async ({
  context,
  server,
}) => {
  const first = await logInBefore(context, server, 'keep=session')
  const { token, refreshToken } = await first.tokens()
  const second = await StoredAppPage.open(context, server, 'no-broker&keep=session')
  await second.page.evaluate(
    (tokens) => {
      for (const [key, value] of Object.entries(tokens)) sessionStorage.setItem(key, value)
    },
    { token, refreshToken },
  )
  await first.visit('keep=session&adopt')
  await server.revoke()
  expect(await first.get('/echo')).toMatchObject({ status: 200 })
  await server.reset()

  expect(await second.visit('keep=session&adopt')).toMatchObject({ status: 200, body: { user: 'alice' } })

  expect(await second.sessionId()).toBe(await first.sessionId())
  expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0, reuse: 0, tokens: ['valid'] })
})

test('a page from before the roll-out, with the tokens in its memory, shares the refresh', async ({
  context,
  server,
}) => {
  const old = await logInBefore(context, server)
  const { refreshToken } = await old.tokens()
  const next = await StoredAppPage.open(context, server, 'adopt')
  await server.revoke()
  await server.reset()
  await expect.poll(() => old.page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)

  // The old page refreshes as it always has.
  const refreshed = await old.page.evaluate(async (token) => {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch('/classic/auth/refresh', {
      method: 'POST',
      headers,
      body: JSON.stringify({ token }),
    })
    return { status: response.status, text: await response.text() }
  }, refreshToken)

  expect(refreshed.status).toBe(200)
  expect(refreshed.text).toMatch(PLACEHOLDER)
  expect(await next.get('/echo')).toMatchObject({ status: 200, body: { user: 'alice' } })
  expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})

test.describe('the session that the broker has already', () => {
  const session = async (context: BrowserContext, server: TestServer) =>
    (await Tab.open(context, `${server.url}/?worker=/sw-classic.js`)).session()

  test('is not replaced by what another user has left in the storage', async ({ context, server }) => {
    const stranger = await StoredAppPage.open(context, server, 'no-broker&keep=session')
    await stranger.login('bob')
    const left = await stranger.raw()
    const app = await StoredAppPage.open(context, server)
    await app.login('alice')

    await stranger.visit('keep=session&adopt')

    expect(await stranger.raw()).toBe(left)
    expect(await session(context, server)).toMatchObject({ status: 'active', subject: 'alice' })
    expect((await app.get('/echo')).body).toMatchObject({ user: 'alice' })
    // Its own tokens are good, so the other one goes on with them as before.
    expect((await stranger.get('/echo')).body).toMatchObject({ user: 'bob' })
  })

  test('takes the place of older tokens of the same user', async ({ context, server }) => {
    const older = await logInBefore(context, server, 'keep=session')
    const app = await StoredAppPage.open(context, server)
    await app.login('alice')

    await older.visit('keep=session&adopt')

    expect(await older.sessionId()).toBe(await app.sessionId())
  })
})

test('where the worker does not answer, the app goes on with its own tokens, and the next load tries again', async ({
  context,
  server,
}) => {
  const app = await logInBefore(context, server)
  const before = await app.raw()

  expect(await app.visit('adopt&worker=/sw-deaf.js')).toMatchObject({ status: 200, body: { user: 'alice' } })

  expect(await app.raw()).toBe(before)
  expect(await app.logouts()).toBe(0)
  await app.visit('adopt&worker=/sw-deaf.js')
  expect((await app.tokens()).refreshToken).toMatch(PLACEHOLDER)
  expect(await app.get('/echo')).toMatchObject({ status: 200, body: { user: 'alice' } })
  expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0, reuse: 0 })
})

test('a broken entry and placeholders are left alone', async ({ context, server }) => {
  const app = await logInBefore(context, server, 'keep=json')
  const broken = (await app.raw()).slice(0, -3)
  await app.page.evaluate((text) => localStorage.setItem('auth', text), broken)
  const page = await context.newPage()
  await page.goto(`${server.url}/stored-app.html?keep=json&adopt`)
  await page.evaluate(() => window.started.catch(() => undefined))
  expect(await page.evaluate(() => localStorage.getItem('auth'))).toBe(broken)

  const placeholder = `held-by-sw-token-broker-${'0'.repeat(32)}r1`
  await app.visit('no-broker')
  await app.page.evaluate((text) => {
    localStorage.setItem('token', text)
    localStorage.setItem('refreshToken', text)
  }, placeholder)
  await server.reset()
  await app.visit('adopt')
  const tab = await Tab.open(context, `${server.url}/?worker=/sw-classic.js`)
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  expect((await seenByServer(server)).tokens).not.toContain('placeholder')
})

test('what was adopted once is not adopted again after a logout', async ({ context, server }) => {
  const app = await logInBefore(context, server, 'keep=session')
  const left = await app.raw()
  const [token, refreshToken] = left.split(' ')
  await app.visit('keep=session&adopt')
  const tab = await Tab.open(context, `${server.url}/?worker=/sw-classic.js`)
  await tab.logout()
  await app.page.evaluate(
    (tokens) => {
      for (const [key, value] of Object.entries(tokens)) sessionStorage.setItem(key, value ?? '')
    },
    { token, refreshToken },
  )

  await app.page.goto(`${server.url}/stored-app.html?keep=session&adopt`)
  await app.started()

  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
})
