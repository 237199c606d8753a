import { expect, finish, refreshCounts, start, test } from './test.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'
import { killWorker } from './worker.ts'

const CACHED = '/api/cached'

/** Whose answer a page gets. */
const readAs = async (tab: Tab, url = CACHED): Promise<unknown> => (await tab.call(url)).body

/** How often the server was asked for it. */
const asked = async (server: TestServer, url = CACHED): Promise<number> => (await server.seen(url)).length

/** Alice's answer is in the HTTP cache, which answers her from then on. */
async function fillCache(tab: Tab, server: TestServer): Promise<void> {
  await tab.login('alice')
  for (let times = 0; times < 2; times++) expect(await readAs(tab)).toEqual({ user: 'alice' })
  expect(await asked(server)).toBe(1)
}

/** The server itself was asked, and its answer is cached for the next time. */
async function expectBobsOwn(tab: Tab, server: TestServer): Promise<void> {
  const before = await asked(server)
  for (let times = 0; times < 2; times++) expect(await readAs(tab)).toEqual({ user: 'bob' })
  expect((await server.seen(CACHED)).slice(before)).toMatchObject([{ token: 'valid', user: 'bob' }])
}

test.describe('the HTTP cache of the former user', () => {
  test('answers no call of the next one, who has a cache from then on', async ({ tab, openTab, server }) => {
    const other = await openTab()
    await fillCache(tab, server)
    await other.login('bob')
    await expectBobsOwn(tab, server)
    expect(await readAs(other)).toEqual({ user: 'bob' })
  })

  test('answers nobody after a logout, and not the next user either', async ({ tab, server }) => {
    await fillCache(tab, server)
    await tab.logout()

    expect((await tab.call(CACHED)).status).toBe(401)
    expect((await server.seen(CACHED)).at(-1)).toMatchObject({ token: 'none', status: 401 })
    await tab.login('bob')
    await expectBobsOwn(tab, server)
  })

  test('answers not the next user after a lost session', async ({ tab, server }) => {
    await fillCache(tab, server)
    await server.revoke({ refresh: true })
    expect((await tab.call('/api/echo')).status).toBe(401)
    expect(await tab.session()).toMatchObject({ status: 'login-required' })

    await tab.login('bob')
    await expectBobsOwn(tab, server)
  })

  test('answers nothing, either, when the worker was killed after the change of user', async ({
    tab,
    server,
  }) => {
    await fillCache(tab, server)
    await tab.login('bob')
    await killWorker(tab.page)
    await expectBobsOwn(tab, server)
  })

  test('answers not an <img> of the next one', async ({ tab, server }) => {
    await fillCache(tab, server)
    await tab.login('bob')
    await tab.page.evaluate(
      (url) =>
        new Promise((resolve) => {
          // It is no image, which does not matter here.
          const image = new Image()
          image.onload = image.onerror = resolve
          image.src = url
        }),
      CACHED,
    )
    expect((await server.seen(CACHED)).at(-1)).toMatchObject({ token: 'valid', user: 'bob' })
  })

  test('answers the same user after another login', async ({ tab, server }) => {
    await fillCache(tab, server)
    await tab.login('alice')
    expect(await readAs(tab)).toEqual({ user: 'alice' })
    expect(await asked(server)).toBe(1)
  })
})

/** A call of the session that `login` begins; its 401 is on its way when `next` has logged in. */
async function lateRefusal(
  tab: Tab,
  other: Tab,
  server: TestServer,
  login: () => Promise<unknown>,
  next: () => Promise<unknown>,
) {
  await login()
  await server.revoke({ refresh: true })
  await server.fault({ target: 'api', hold: true, times: 1 })
  await start(tab.page, 'call', '/api/echo', { method: 'POST', body: 'an order' })
  await expect.poll(() => asked(server, '/api/echo')).toBe(1)
  await next()
  expect(await other.session()).toMatchObject({ status: 'active' })
  await server.release()
  return finish(tab.page, 'call')
}

/** Logs in with tokens that say nothing of their user. */
async function loginUnknown(tab: Tab, server: TestServer): Promise<void> {
  const body = JSON.stringify({ access_token: 'opaque-access-token', refresh_token: 'opaque-refresh-token' })
  await server.fault({ target: 'login', status: 200, contentType: 'application/json', body, times: 1 })
  expect((await tab.login()).status).toBe(200)
  expect((await tab.session()).subject).toBeUndefined()
}

test("the same user's new login lets a late 401 be replayed, without a refresh", async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  const answer = await lateRefusal(
    tab,
    other,
    server,
    () => tab.login('alice'),
    () => other.login('alice'),
  )

  expect(answer).toMatchObject({ status: 200, body: { bytes: 8, user: 'alice' } })
  expect(await server.seen('/api/echo')).toMatchObject([
    { status: 401, token: 'revoked' },
    { status: 200, token: 'valid', user: 'alice' },
  ])
  expect((await refreshCounts(server)).refreshAttempts).toBe(0)
  expect(await tab.events('login-required')).toEqual([])
})

const logInAs =
  (user: string) =>
  (tab: Tab): Promise<unknown> =>
    tab.login(user)

for (const [whose, first, next] of [
  ['another user is passed on', logInAs('alice'), logInAs('bob')],
  ['an unknown user is passed on, although the next one is as unknown', loginUnknown, loginUnknown],
  ['an unknown user is passed on when somebody known has logged in', loginUnknown, logInAs('alice')],
] as const)
  test(`a late 401 of ${whose}`, async ({ tab, openTab, server }) => {
    const other = await openTab()
    const answer = await lateRefusal(
      tab,
      other,
      server,
      () => first(tab, server),
      () => next(other, server),
    )

    expect(answer).toMatchObject({ status: 401 })
    expect(await asked(server, '/api/echo')).toBe(1)
  })

test('the cache of an unknown user answers nobody known', async ({ tab, server }) => {
  await fillCache(tab, server)
  await tab.logout()
  await loginUnknown(tab, server)
  expect((await tab.call('/api/cached')).status).toBe(401)
  await tab.login('bob')
  await expectBobsOwn(tab, server)
})
