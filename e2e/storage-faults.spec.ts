import { expect, finish, ONE_REFRESH, refreshCounts, start, test } from './test.ts'
import { deleteDatabase, putRecord, shiftSession, storedRecord } from './stored.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'
import { killWorker } from './worker.ts'

const DAY = 86_400_000
const urls = ['/api/echo?a', '/api/echo?b', '/api/echo?c']

/** The pages have learnt of it, and a login is all it takes. */
async function expectLoginWorks(tabs: Tab[], server: TestServer): Promise<void> {
  await tabs[0]?.login('alice')
  await server.reset()
  for (const tab of tabs) {
    expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice', authorization: 'valid' })
    expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  }
  expect((await refreshCounts(server)).refreshAttempts).toBe(0)
}

test('a database deleted under the worker: anonymous, announced, and a login works', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await server.reset()
  await deleteDatabase(tab.page)

  expect((await tab.call('/api/echo')).status).toBe(401)

  expect(await server.seen('/api/echo')).toMatchObject([{ token: 'none' }])
  for (const each of [tab, other]) {
    expect(await each.session()).toMatchObject({ status: 'anonymous' })
    await expect
      .poll(async () => (await each.events('session-changed')).at(-1))
      .toMatchObject({ session: { status: 'anonymous' } })
  }
  expect((await refreshCounts(server)).refreshAttempts).toBe(0)
  await expectLoginWorks([tab, other], server)
  await killWorker(tab.page)
  expect((await tab.call('/api/echo?restarted')).body).toMatchObject({ user: 'alice' })
})

test('cleared site data takes the worker too: open tabs get it back, are told, and a login works', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  const devtools = await tab.page.context().newCDPSession(tab.page)
  await devtools.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'all' })

  for (const each of [tab, other])
    await expect
      .poll(async () => (await each.events('session-changed')).at(-1))
      .toMatchObject({ session: { status: 'anonymous' } })
  expect((await tab.call('/api/echo')).status).toBe(401)
  await expectLoginWorks([tab, other], server)
})

test('a database deleted during a refresh: its tokens are nobody’s, and the call gets the 401', async ({
  tab,
  server,
}) => {
  await tab.login('alice')
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true })
  await start(tab.page, 'call', '/api/echo')
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

  await deleteDatabase(tab.page)
  await server.release()

  expect(await finish(tab.page, 'call')).toMatchObject({ status: 401 })
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  await expect.poll(async () => (await server.stats()).main.logouts).toBe(1)
  await expectLoginWorks([tab], server)
})

const RECORDS: [string, unknown][] = [
  ['text', 'corrupt'],
  ['null', null],
  ['a list', [{ v: 1 }]],
  ['a record of a newer version', { v: 2, session: { status: 'resting', vault: [1, 2, 3] } }],
  ['a record of an older version', { v: 0, accessToken: 'a', refreshToken: 'b' }],
  ['a session of an unknown status', { v: 1, session: { status: 'paused', sessionId: 'x', generation: 1 } }],
  [
    'a session whose tokens have a wrong type',
    { v: 1, session: { status: 'active', sessionId: 'x', generation: 1, tokens: { accessToken: 7 } } },
  ],
]

for (const [title, record] of RECORDS)
  test(`${title} in the store: one login-required in each tab, and a login works`, async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab()
    await tab.login('alice')
    await server.reset()
    await killWorker(tab.page)
    await putRecord(tab.page, record)

    const answers = [...(await tab.calls(urls)), ...(await other.calls(urls))]

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    for (const each of [tab, other]) {
      expect(await each.session()).toMatchObject({ status: 'login-required', reason: 'store-unreadable' })
      await expect.poll(() => each.events('login-required')).toMatchObject([{ reason: 'store-unreadable' }])
    }
    const { requests } = await server.stats()
    expect(new Set(requests.map(({ token }) => token))).toEqual(new Set(['none']))
    expect((await refreshCounts(server)).refreshAttempts).toBe(0)
    await expectLoginWorks([tab, other], server)
    await killWorker(tab.page)
    expect((await tab.call('/api/echo?restarted')).body).toMatchObject({ user: 'alice' })
  })

test('a store that cannot be read is told once in each tab, whatever becomes of the worker', async ({
  tab,
  openTab,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await killWorker(tab.page)
  await putRecord(tab.page, 'corrupt')

  for (const each of [tab, other, tab, other]) await each.calls(urls)
  await killWorker(tab.page)
  for (const each of [tab, other]) await each.calls(urls)

  for (const each of [tab, other])
    await expect
      .poll(() => each.events('login-required'))
      .toMatchObject([{ reason: 'store-unreadable', loginUrl: expect.stringContaining('/login') }])
})

test('a record that a newer worker has written is still there when this one has looked at it', async ({
  tab,
}) => {
  const record = { v: 2, session: { status: 'resting' } }
  await tab.login('alice')
  await killWorker(tab.page)
  await putRecord(tab.page, record)
  await tab.calls(urls)
  expect(await tab.session()).toMatchObject({ status: 'login-required' })
  expect(await storedRecord(tab.page)).toEqual(record)
})

test('a record spoilt while the worker runs: the next refresh finds out, and every tab is told', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await server.reset()
  await server.revoke()
  await putRecord(tab.page, 'corrupt')

  expect((await tab.call('/api/echo')).status).toBe(401)

  for (const each of [tab, other]) {
    expect(await each.session()).toMatchObject({ status: 'login-required', reason: 'store-unreadable' })
    await expect.poll(() => each.events('login-required')).toMatchObject([{ reason: 'store-unreadable' }])
  }
  await expectLoginWorks([tab, other], server)
})

/** Leaves the worker with a database that it cannot use. */
async function replaceDatabase(tab: Tab, version: number): Promise<void> {
  await killWorker(tab.page)
  await deleteDatabase(tab.page)
  await tab.page.evaluate(
    (next) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('sw-token-broker:default', next)
        opening.onsuccess = () => {
          opening.result.close()
          resolve()
        }
      }),
    version,
  )
}

for (const [title, version] of [
  ['of a newer version', 7],
  ['without the store in it', 1],
] as const)
  test(`a database ${title}: broker-error, and a login lives on in memory`, async ({ tab, server }) => {
    await replaceDatabase(tab, version)

    expect((await tab.login('alice')).status).toBe(200)

    await expect.poll(() => tab.events('broker-error')).toMatchObject([{ code: 'store-unavailable' }])
    expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
    await server.revoke()
    expect((await tab.call('/api/echo?refreshed')).body).toMatchObject({ user: 'alice' })
    await tab.logout()
    expect(await tab.session()).toMatchObject({ status: 'anonymous' })
    expect((await tab.call('/api/echo?after')).status).toBe(401)
    expect(await server.seen('/api/echo?after')).toMatchObject([{ token: 'none' }])
  })

test('a database that does not open again: served from memory, announced, and a login works', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.login('alice')
  await server.reset()
  // A page that keeps its connection blocks the deletion, and the deletion blocks everybody who wants to open.
  await tab.page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('sw-token-broker:default')
        opening.onsuccess = () => {
          Object.assign(window, { letGo: () => opening.result.close() })
          const deleting = indexedDB.deleteDatabase('sw-token-broker:default')
          deleting.onblocked = () => resolve()
        }
      }),
  )

  expect((await other.call('/api/echo?stalled')).body).toMatchObject({ user: 'alice' })
  await expect.poll(() => other.events('broker-error')).toMatchObject([{ code: 'store-unavailable' }])
  expect((await other.login('bob')).status).toBe(200)
  expect((await other.call('/api/echo')).body).toMatchObject({ user: 'bob' })

  await tab.page.close()
  await expect
    .poll(async () => {
      await other.call('/api/echo')
      return storedRecord(other.page)
    })
    .toMatchObject({ session: { status: 'active', tokens: { subject: 'bob' } } })
  await killWorker(other.page)
  expect((await other.call('/api/echo?restarted')).body).toMatchObject({ user: 'bob' })
})

for (const [title, by] of [
  ['future', DAY],
  ['past', -DAY],
] as const)
  test(`a session received a day in the ${title} makes one refresh at most, and goes on`, async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab()
    await tab.login('alice')
    await server.reset()
    await killWorker(tab.page)
    await shiftSession(tab.page, by)

    for (const each of [tab, other, tab])
      for (const { body } of await each.calls(urls)) expect(body).toMatchObject({ user: 'alice' })
    await killWorker(tab.page)
    for (const { body } of await other.calls(urls)) expect(body).toMatchObject({ user: 'alice' })

    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
    expect((await tab.session()).expiresAt).toBeLessThan(Date.now() + 301_000)
    expect(await tab.events('login-required')).toEqual([])
  })
