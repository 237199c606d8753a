import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import { ANONYMOUS } from '../core/session.ts'
import type { SessionEvent } from '../core/transition.ts'
import { heldOff, NOW, PAGE_REFRESH, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { newDatabaseName, onDisk, workerStore, writeToDisk } from '../testing/stores.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const login: SessionEvent = { type: 'logged-in', sessionId: SESSION_ID, tokens: tokenSet() }
const refreshed = (accessToken = 'access-token-2'): SessionEvent => ({
  type: 'refreshed',
  basis: BASIS,
  tokens: tokenSet({ accessToken, receivedAt: NOW + 250_000 }),
})

describe('a session', () => {
  test('is that of an anonymous user at first, and then known without asking', async () => {
    const { store } = workerStore(newDatabaseName())
    expect(store.cached).toBeUndefined()
    expect(await store.load()).toEqual({ before: ANONYMOUS, after: ANONYMOUS })
    expect(store.cached).toEqual(ANONYMOUS)
  })

  test('outlives the worker', async () => {
    const name = newDatabaseName()
    await workerStore(name).store.apply(login)
    const { store } = workerStore(name)
    expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active', tokens: tokenSet() })
  })

  test('is read while the worker starts, and by the first request not again', async () => {
    const { store, database } = workerStore(newDatabaseName())
    expect(database.calls).toBe(1)
    await store.load()
    expect(database.calls).toBe(1)
    await store.load()
    expect(database.calls).toBe(2)
  })

  test('that another worker has changed since the start is read again', async () => {
    const name = newDatabaseName()
    const { store, database, onForeignChange } = workerStore(name)
    await expect.poll(() => database.done).toBe(1)
    await workerStore(name).store.apply(login)
    await expect.poll(() => onForeignChange.mock.calls.length).toBe(1)
    expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
  })

  test('that this worker has changed since the start is read again', async () => {
    const { store } = workerStore(newDatabaseName())
    await store.apply(login)
    expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
  })

  test('of another broker on the same origin is another one', async () => {
    await workerStore(newDatabaseName()).store.apply(login)
    expect(await workerStore(newDatabaseName()).current()).toEqual(ANONYMOUS)
  })

  test('is stored before anybody is told of the change', async () => {
    const name = newDatabaseName()
    const { store } = workerStore(name)
    const { before, after } = await store.apply(login)
    expect(before).toEqual(ANONYMOUS)
    expect(await onDisk(name)).toEqual({ v: 1, session: after })
  })

  test('that an event does not change is the same object, and nothing is written', async () => {
    const { store } = workerStore(newDatabaseName())
    await store.apply(login)
    const { before, after } = await store.apply({ type: 'unauthorized' })
    expect(after).toBe(before)
  })
})

describe('two workers on one database', () => {
  test('of whom both refresh: one write counts, and the loser gets what is stored', async () => {
    const name = newDatabaseName()
    const [old, young] = [workerStore(name), workerStore(name)]
    await old.store.apply(login)
    const changes = await Promise.all([
      old.store.apply(refreshed('from-old')),
      young.store.apply(refreshed('from-young')),
    ])
    expect(changes.filter(({ before, after }) => before !== after)).toHaveLength(1)
    for (const { after } of changes)
      expect(after).toMatchObject({ generation: 2, tokens: { accessToken: 'from-old' } })
  })

  test('many of them at once: each generation comes once', async () => {
    const name = newDatabaseName()
    const workers = Array.from({ length: 5 }, () => workerStore(name))
    await workers[0]?.store.apply(login)
    const changes = await Promise.all(workers.map(({ store }) => store.apply(refreshed())))
    expect(changes.filter(({ before, after }) => before !== after)).toHaveLength(1)
  })

  test('a refresh that ends after the logout in the other changes nothing', async () => {
    const name = newDatabaseName()
    const [one, other] = [workerStore(name), workerStore(name)]
    await one.store.apply(login)
    await one.current()
    await other.store.apply({ type: 'logged-out', sessionId: SESSION_ID })
    const { before, after } = await one.store.apply(refreshed())
    expect(after).toBe(before)
    expect(after.status).toBe('anonymous')
    expect(JSON.stringify(await onDisk(name))).not.toContain('access-token')
  })

  test("the other's change is seen without polling", async () => {
    const name = newDatabaseName()
    const [one, other] = [workerStore(name), workerStore(name)]
    await one.store.apply(login)
    expect(await other.current()).toMatchObject({ generation: 1 })
    await one.store.apply(refreshed())
    await expect.poll(() => other.store.cached).toBeUndefined()
    expect(other.onForeignChange).toHaveBeenCalled()
    expect(await other.current()).toMatchObject({ generation: 2 })
  })

  test('what changes nothing disturbs nobody, and a change does not disturb its own worker', async () => {
    const name = newDatabaseName()
    const [one, other] = [workerStore(name), workerStore(name)]
    await one.store.load()
    await one.store.apply({ type: 'logged-out' })
    await one.store.apply(login)
    await expect.poll(() => other.onForeignChange.mock.calls.length).toBe(1)
    expect(one.onForeignChange).not.toHaveBeenCalled()
    expect(one.store.cached).toMatchObject({ generation: 1 })
  })

  test('a change that comes while the store is being read makes it be read again', async () => {
    const name = newDatabaseName()
    const [slow, other] = [workerStore(name), workerStore(name)]
    await other.store.apply(login)
    await expect.poll(() => slow.onForeignChange.mock.calls.length).toBe(1)
    let goOn = (): void => undefined
    slow.database.beforeReturn = new Promise<void>((resolve) => (goOn = resolve))
    const reading = slow.store.load()
    await expect.poll(() => slow.database.done).toBe(1)
    await other.store.apply(refreshed())
    await expect.poll(() => slow.onForeignChange.mock.calls.length).toBe(2)
    goOn()
    await reading
    expect(await slow.current()).toMatchObject({ generation: 2 })
  })
})

describe('where tokens must not be stored', () => {
  const events: SessionEvent[] = [
    { ...login, tokens: tokenSet({ answer: { status: 200, body: '{"t":"access-token-1"}' } }) },
    { type: 'page-refresh', sessionId: SESSION_ID, request: PAGE_REFRESH },
    { type: 'refresh-started', basis: BASIS, at: NOW, ignoreBackOff: false },
    { type: 'refresh-failed', basis: BASIS, backOff: heldOff() },
    refreshed(),
  ]

  test('none is on the disk, at any time, and this worker has it all the same', async () => {
    const name = newDatabaseName()
    const { store } = workerStore(name, false)
    for (const event of events) {
      await store.apply(event)
      expect(JSON.stringify(await onDisk(name))).not.toMatch(/access-token|refresh-token|held-by/)
    }
    expect(store.cached).toMatchObject({ generation: 2, tokens: { accessToken: 'access-token-2' } })
    expect((await store.load()).after).toMatchObject({ tokens: { accessToken: 'access-token-2' } })
  })

  test('the next worker knows that a session exists, and has no token of it', async () => {
    const name = newDatabaseName()
    await workerStore(name, false).store.apply(login)
    expect(await workerStore(name, false).current()).toMatchObject({
      ...BASIS,
      status: 'active',
      tokens: { accessToken: '', expiresAt: NOW + 300_000 },
    })
  })

  test('the refresh of another worker makes the own token an old one', async () => {
    const name = newDatabaseName()
    const [one, other] = [workerStore(name, false), workerStore(name, false)]
    await one.store.apply(login)
    await other.store.apply(refreshed())
    await expect.poll(() => one.store.cached).toBeUndefined()
    expect(await one.current()).toMatchObject({ generation: 2, tokens: { accessToken: '' } })
  })
})

describe('a record that this version cannot read', () => {
  test.each([
    { what: 'a corrupt one', record: { v: 1, session: { status: 'active' } }, announced: false },
    { what: 'something else', record: 'session', announced: false },
    { what: 'one of a newer version', record: { v: 2, session: {} }, announced: true },
  ])('is a lost session, not an anonymous one, and no login is impossible: $what', async (given) => {
    const name = newDatabaseName()
    await writeToDisk(name, given.record)
    const { store } = workerStore(name)
    const { after } = await store.load()
    expect(after).toMatchObject({
      status: 'login-required',
      reason: 'store-unreadable',
      announced: given.announced,
    })
    expect(await onDisk(name)).toEqual(given.record)
    await store.apply(login)
    expect(await workerStore(name).current()).toMatchObject({ status: 'active' })
  })

  test('of a newer version is not overwritten by what this worker has to say', async () => {
    const name = newDatabaseName()
    const record = { v: 2, session: { status: 'active', secret: 'readable by the newer worker' } }
    await writeToDisk(name, record)
    const { store } = workerStore(name)
    const { after } = await store.load()
    await store.apply({ type: 'unauthorized' })
    await store.apply(refreshed())
    if (after.status === 'login-required') await store.apply({ type: 'announced', basis: after })
    expect(await onDisk(name)).toEqual(record)
  })
})
