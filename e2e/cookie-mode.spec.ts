import type { BrowserContext } from '@playwright/test'
import { expect, finish, ONE_REFRESH, refreshCounts, start, test } from './test.ts'
import { everythingStored, secretOf, tokensOnTheWire } from './stored.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'
import { killWorker } from './worker.ts'

const PAGE = '/?worker=/sw-cookie.js'
const LOGIN = '/cookie/auth/login'
const NO_REFRESH = { refreshes: 0, refreshAttempts: 0, reuse: 0 }
const PLACEHOLDER = /^[\w-]+\.[\w-]+\.held-by-sw-token-broker-/

/** A login that the worker does not see, which leaves its cookie in the browser all the same. */
async function loginBesideWorker(context: BrowserContext, server: TestServer, user: string): Promise<void> {
  const data = { username: user, password: user }
  expect((await context.request.post(server.url + LOGIN, { data })).status()).toBe(200)
}

/** The refresh token that the browser holds. */
async function cookie(context: BrowserContext): Promise<string | undefined> {
  const cookies = await context.cookies()
  return cookies.find(({ name }) => name === 'refresh_token')?.value
}

/** The page's own refresh, as an app does it when it starts. */
const ownRefresh = (tab: Tab) =>
  tab.call('/cookie/auth/refresh', { method: 'POST', headers: { 'X-SW-Token-Broker': '1' } })

const revoke = (server: TestServer): Promise<void> => server.revoke({ flavour: 'cookie' })

test('nothing but a marker is stored: no token in IndexedDB, in a cache or where else a script reads', async ({
  context,
  openTab,
  server,
}) => {
  const wire = tokensOnTheWire(context)
  const tab = await openTab(PAGE)
  const login = await tab.login('alice', LOGIN)
  const cookies = [await cookie(context)]
  const stored = [await everythingStored(tab.page)]
  await revoke(server)
  const call = await tab.call('/cookie/api/echo')
  cookies.push(await cookie(context))
  stored.push(await everythingStored(tab.page))

  expect(login.body).toEqual({
    access_token: expect.stringMatching(PLACEHOLDER),
    token_type: 'Bearer',
    expires_in: 300,
    user: { name: 'alice' },
  })
  expect(call.body).toMatchObject({ user: 'alice', authorization: 'valid' })
  for (const { records, cached, local, session, cookies: readable } of stored) {
    expect(records).toMatchObject([{ value: { session: { status: 'active', tokens: { accessToken: '' } } } }])
    expect({ cached, local, session, readable }).toEqual({ cached: [], local: [], session: [], readable: '' })
  }
  expect(new Set(cookies).size).toBe(2)
  const accessTokens = (await Promise.all(wire)).flat()
  expect(accessTokens).toHaveLength(2)
  const everything = JSON.stringify({ stored, login, call, messages: await tab.messages() })
  for (const token of [...accessTokens, ...cookies]) {
    const secret = secretOf(token ?? '')
    expect(secret.length).toBeGreaterThan(16)
    expect(everything).not.toContain(secret)
  }
})

test('a worker that was killed has no token left: one refresh by cookie serves several tabs', async ({
  openTab,
  server,
}) => {
  const tabs = await Promise.all([openTab(PAGE), openTab(PAGE), openTab(PAGE)])
  await tabs[0].login('alice', LOGIN)
  await server.reset()
  await server.fault({ target: 'refresh', flavour: 'cookie', hold: true })
  await killWorker(tabs[0].page)
  const urls = ['/cookie/api/echo?a', '/cookie/api/echo?b', '/cookie/api/echo?c']

  const answering = Promise.all(tabs.map((tab) => tab.calls(urls)))
  await expect.poll(async () => (await refreshCounts(server, 'cookie')).refreshAttempts).toBe(1)
  await server.release()

  for (const { body } of (await answering).flat())
    expect(body).toMatchObject({ user: 'alice', authorization: 'valid' })
  const { cookie: seen } = await server.stats()
  expect(seen).toMatchObject({ ...ONE_REFRESH, forgeries: 0, api: { total: 9, withToken: 9, ok: 9 } })
  expect(await server.seen('/cookie/auth/refresh')).toMatchObject([
    { method: 'POST', headers: { 'x-sw-token-broker': '1', cookie: 'refresh_token=' } },
  ])
})

test('without a marker no refresh is tried, whatever cookie there is', async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  await loginBesideWorker(context, server, 'alice')

  expect((await tab.call('/cookie/api/echo')).status).toBe(401)
  await killWorker(tab.page)
  expect((await tab.call('/cookie/api/echo')).status).toBe(401)

  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  expect(await refreshCounts(server, 'cookie')).toEqual(NO_REFRESH)
})

test('a logout takes marker and cookie, and a worker that starts afterwards tries no refresh', async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await tab.login('alice', LOGIN)
  expect(await cookie(context)).toBeDefined()

  await tab.logout()

  expect(await cookie(context)).toBeUndefined()
  expect((await everythingStored(tab.page)).records).toMatchObject([
    { value: { session: { status: 'anonymous' } } },
  ])
  expect((await server.stats()).cookie.logouts).toBe(1)
  await killWorker(tab.page)
  for (const each of [tab, other]) {
    expect((await each.call('/cookie/api/echo?after')).status).toBe(401)
    expect(await each.session()).toMatchObject({ status: 'anonymous' })
  }
  expect(await server.seen('/cookie/api/echo?after')).toMatchObject([{ token: 'none' }, { token: 'none' }])
  expect(await refreshCounts(server, 'cookie')).toEqual(NO_REFRESH)
})

test('a logout after the worker was killed ends the session on the server, too', async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  await tab.login('alice', LOGIN)
  const former = await cookie(context)
  await killWorker(tab.page)

  await tab.logout()

  expect(await cookie(context)).toBeUndefined()
  const headers = { 'X-SW-Token-Broker': '1', Cookie: `refresh_token=${former}` }
  const refused = await fetch(`${server.url}/cookie/auth/refresh`, { method: 'POST', headers })
  expect(refused.status).toBe(401)
})

test("a page's own refresh, which shows no placeholder, is the shared one", async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await tab.login('alice', LOGIN)
  await server.reset()
  await revoke(server)
  await server.fault({ target: 'refresh', flavour: 'cookie', hold: true })
  await start(tab.page, 'call', '/cookie/api/echo')
  await expect.poll(async () => (await refreshCounts(server, 'cookie')).refreshAttempts).toBe(1)

  const refreshing = Promise.all([ownRefresh(tab), ownRefresh(other)])
  // Calls that follow them have reached the server, so they have reached the worker.
  for (const each of [tab, other]) await start(each.page, 'next', '/cookie/api/echo?next')
  await expect.poll(async () => (await server.seen('/cookie/api/echo?next')).length).toBe(2)
  await server.release()

  for (const { status, body } of await refreshing) {
    expect(status).toBe(200)
    expect(body).toMatchObject({ access_token: expect.stringMatching(PLACEHOLDER), expires_in: 300 })
  }
  expect(await finish(tab.page, 'call')).toMatchObject({ status: 200 })
  expect((await server.stats()).cookie).toMatchObject({ ...ONE_REFRESH, forgeries: 0 })
})

test("a page's own refresh without a session of ours is its own business, and begins one", async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  await loginBesideWorker(context, server, 'alice')

  const { status, body } = await ownRefresh(tab)

  expect(status).toBe(200)
  expect(body).toMatchObject({ access_token: expect.stringMatching(PLACEHOLDER) })
  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  expect((await tab.call('/cookie/api/echo')).body).toMatchObject({ user: 'alice' })
  expect(await refreshCounts(server, 'cookie')).toEqual(ONE_REFRESH)
})

test("another user's cookie begins a session for that user, and alice's calls are not replayed", async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await tab.login('alice', LOGIN)
  await revoke(server)
  await loginBesideWorker(context, server, 'bob')
  await server.reset()
  await server.fault({ target: 'refresh', flavour: 'cookie', hold: true })
  const urls = ['/cookie/api/echo?1', '/cookie/api/echo?2']
  for (const url of urls) await start(tab.page, url, url, { method: 'POST', body: "alice's order" })
  await expect.poll(async () => (await server.stats()).cookie.api.unauthorized).toBe(2)
  await expect.poll(async () => (await refreshCounts(server, 'cookie')).refreshAttempts).toBe(1)
  await server.release()

  for (const url of urls) {
    expect(await finish(tab.page, url)).toMatchObject({ status: 401 })
    expect(await server.seen(url)).toMatchObject([{ token: 'revoked', user: 'alice' }])
  }
  for (const each of [tab, other]) {
    expect(await each.session()).toMatchObject({ status: 'active', subject: 'bob' })
    await expect
      .poll(async () => (await each.events('session-changed')).at(-1))
      .toMatchObject({ session: { status: 'active', subject: 'bob' } })
    expect((await each.call('/cookie/api/echo')).body).toMatchObject({ user: 'bob' })
    expect(await each.events('login-required')).toEqual([])
  }
  expect(await refreshCounts(server, 'cookie')).toEqual(ONE_REFRESH)
})

test("a worker that starts and finds another user's cookie sends alice's call without a token", async ({
  context,
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  await tab.login('alice', LOGIN)
  await loginBesideWorker(context, server, 'bob')
  await server.reset()
  await killWorker(tab.page)

  const answer = await tab.call('/cookie/api/echo', { method: 'POST', body: "alice's order" })

  expect(answer.status).toBe(401)
  expect(await server.seen('/cookie/api/echo')).toMatchObject([{ token: 'none' }])
  expect((await tab.call('/cookie/api/echo?next')).body).toMatchObject({ user: 'bob' })
  expect(await refreshCounts(server, 'cookie')).toEqual(ONE_REFRESH)
})

test('a cookie that the user has deleted is a lost session, told once', async ({
  context,
  openTab,
  server,
}) => {
  const tabs = await Promise.all([openTab(PAGE), openTab(PAGE)])
  await tabs[0].login('alice', LOGIN)
  await context.clearCookies()
  await killWorker(tabs[0].page)

  for (const tab of tabs) expect((await tab.call('/cookie/api/echo')).status).toBe(401)

  for (const tab of tabs) {
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
    expect(await tab.session()).toMatchObject({ status: 'login-required' })
  }
  expect((await refreshCounts(server, 'cookie')).refreshAttempts).toBe(1)
  await tabs[1].login('alice', LOGIN)
  expect((await tabs[0].call('/cookie/api/echo')).body).toMatchObject({ user: 'alice' })
})
