import { answered, expect, finish, start, startPost, test } from './test.ts'
import { deleteDatabase } from './stored.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'
import { killWorker } from './worker.ts'

/** The page of a worker that holds requests for so many seconds. */
const holding = (seconds: number): string => `/?worker=${encodeURIComponent(`/sw-hold.js?hold=${seconds}`)}`
const PAGE = holding(300)

/** Ends alice's session on the server; the next call finds out. */
async function loginAndLose(tab: Tab, server: TestServer): Promise<void> {
  await tab.login('alice')
  await server.revoke({ refresh: true })
  await server.reset()
}

/** The session is known to be lost, and the call that found out is held. */
async function expectHeld(tab: Tab): Promise<void> {
  await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
  expect(await answered(tab.page)).toEqual([])
}

/** The page gets what the server said, and the server was asked no second time. */
async function expectServersOwn401(tab: Tab, server: TestServer): Promise<void> {
  const answer = await finish(tab.page, 'form')
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  expect(answer?.headers['www-authenticate']).toContain('invalid_token')
  expect(await server.seen('/api/echo')).toMatchObject([{ status: 401, token: 'revoked', user: 'alice' }])
}

for (const kind of ['form', 'blob', 'json'] as const)
  test(`a ${kind} waits for the same user's login in another tab, and is accepted once with its bytes`, async ({
    openTab,
    server,
  }) => {
    const tab = await openTab(PAGE)
    const other = await openTab(PAGE)
    await loginAndLose(tab, server)
    await startPost(tab.page, 'form', '/api/echo', kind)
    await expectHeld(tab)

    await other.login('alice')

    const answer = await finish(tab.page, 'form')
    expect(answer).toMatchObject({
      status: 200,
      body: { method: 'POST', sha256: answer?.sent, user: 'alice' },
    })
    expect(await server.seen('/api/echo')).toMatchObject([
      { status: 401, token: 'revoked' },
      { status: 200, token: 'valid', user: 'alice' },
    ])
  })

test('calls that begin after the loss wait as well, in every tab, for one login', async ({
  openTab,
  server,
}) => {
  const tabs = await Promise.all([openTab(PAGE), openTab(PAGE)])
  await loginAndLose(tabs[0], server)
  await startPost(tabs[0].page, 'form', '/api/echo?first', 'form')
  await expectHeld(tabs[0])
  for (const tab of tabs) await startPost(tab.page, 'later', '/api/echo?later', 'form')
  // They are asked of the server first, since only it knows whether they need a login.
  await expect
    .poll(() => server.seen('/api/echo?later'))
    .toMatchObject([
      { status: 401, token: 'none' },
      { status: 401, token: 'none' },
    ])

  await tabs[1].login('alice')

  for (const tab of tabs) {
    const answer = await finish(tab.page, 'later')
    expect(answer).toMatchObject({ status: 200, body: { sha256: answer?.sent, user: 'alice' } })
  }
  expect(await finish(tabs[0].page, 'form')).toMatchObject({ status: 200 })
  expect((await server.stats()).main.api.ok).toBe(3)
})

test("another user's login settles it with the server's 401", async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expectHeld(tab)

  await other.login('bob')

  await expectServersOwn401(tab, server)
  expect((await tab.call('/api/echo?next')).body).toMatchObject({ user: 'bob' })
})

test("a logout settles it with the server's 401", async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expectHeld(tab)

  await other.logout()

  await expectServersOwn401(tab, server)
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
})

test("holdTimeout settles it with the server's 401", async ({ openTab, server }) => {
  const tab = await openTab(holding(2))
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expect.poll(() => tab.events('login-required')).toHaveLength(1)

  await expectServersOwn401(tab, server)
  expect(await tab.session()).toMatchObject({ status: 'login-required' })
})

test('site data that is cleared meanwhile settles it: nobody can know who logs in next', async ({
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expectHeld(tab)

  await deleteDatabase(tab.page)

  await expectServersOwn401(tab, server)
})

test('a public answer and a refusal for another reason are not delayed', async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  await loginAndLose(tab, server)
  await start(tab.page, 'held', '/api/echo')
  await expectHeld(tab)

  expect((await tab.call('/api/public')).body).toMatchObject({ user: null })
  await server.fault({ target: 'api', status: 403, times: 1 })
  expect((await tab.call('/api/echo?refused')).status).toBe(403)

  expect(await answered(tab.page)).toEqual([])
})

test('a failed login changes nothing for it', async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expectHeld(tab)
  await server.fault({ target: 'login', status: 401, times: 1 })
  expect((await tab.login('alice')).status).toBe(401)
  expect(await answered(tab.page)).toEqual([])

  await tab.login('alice')

  expect(await finish(tab.page, 'form')).toMatchObject({ status: 200 })
})

test('100 calls are held, and those beyond are answered at once', async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  await loginAndLose(tab, server)
  const names = Array.from({ length: 105 }, (_, index) => `/api/echo?${index}`)
  for (const name of names) await start(tab.page, name, name)

  await expect.poll(async () => (await answered(tab.page)).length).toBe(5)
  for (const { status } of await answered(tab.page)) expect(status).toBe(401)
  await tab.login('alice')

  await expect.poll(async () => (await answered(tab.page)).length).toBe(105)
  const answers = await answered(tab.page)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
  expect((await server.stats()).main).toMatchObject({ refreshAttempts: 1, api: { ok: 100 } })
})

test('10 MiB of bodies are held, and what is beyond is answered at once', async ({ openTab, server }) => {
  const tab = await openTab(PAGE)
  await loginAndLose(tab, server)
  const init = { method: 'POST', body: 'x'.repeat(4 * 2 ** 20) }
  for (const name of ['a', 'b', 'c']) await start(tab.page, name, `/api/echo?${name}`, init)

  await expect.poll(async () => (await answered(tab.page)).length).toBe(1)
  await start(tab.page, 'small', '/api/echo?small', { method: 'POST', body: 'x' })
  await expect.poll(async () => (await server.seen('/api/echo?small'))[0]?.status).toBe(401)
  await tab.login('alice')

  await expect
    .poll(async () => (await answered(tab.page)).map(({ status }) => status).toSorted((a, b) => a - b))
    .toEqual([200, 200, 200, 401])
  expect(await finish(tab.page, 'small')).toMatchObject({ status: 200, body: { bytes: 1 } })
})

test('a worker that dies while it holds a call loses none: it waits on in the next worker', async ({
  openTab,
  server,
}) => {
  const tab = await openTab(PAGE)
  const other = await openTab(PAGE)
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expectHeld(tab)

  await killWorker(tab.page)
  await other.login('alice')

  const answer = await finish(tab.page, 'form')
  expect(answer).toMatchObject({ status: 200, body: { sha256: answer?.sent, user: 'alice' } })
  const accepted = (await server.seen('/api/echo')).filter(({ status }) => status === 200)
  expect(accepted).toMatchObject([{ token: 'valid', user: 'alice' }])
})

test('a worker that dies again and again while it holds a call ends in an answer or an error', async ({
  openTab,
  server,
}) => {
  const tab = await openTab(holding(2))
  await loginAndLose(tab, server)
  await startPost(tab.page, 'form', '/api/echo', 'form')
  await expect.poll(() => tab.events('login-required')).toHaveLength(1)

  for (let deaths = 0; deaths < 3; deaths++) {
    await killWorker(tab.page)
    await tab.session()
  }

  const answer = await finish(tab.page, 'form')
  expect([0, 401]).toContain(answer?.status)
  expect((await server.stats()).main.api.ok).toBe(0)
  await tab.login('alice')
  expect((await tab.call('/api/echo?next')).body).toMatchObject({ user: 'alice' })
})
