import 'fake-indexeddb/auto'
import { promisifyRequest } from 'idb-keyval'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SessionEvent } from '../core/transition.ts'
import { NOW, OTHER_SESSION_ID, SESSION_ID, testClock, tokenSet } from '../testing/fixtures.ts'
import { newDatabaseName, onDisk, workerStore, type WorkerStore } from '../testing/stores.ts'
import { openDatabase } from './database.ts'
import { sessionStore, StoreStalled } from './session-store.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const login: SessionEvent = { type: 'logged-in', sessionId: SESSION_ID, tokens: tokenSet() }
const refreshed: SessionEvent = {
  type: 'refreshed',
  basis: BASIS,
  tokens: tokenSet({ accessToken: 'access-token-2', receivedAt: NOW + 250_000 }),
}
const started: SessionEvent = { type: 'refresh-started', basis: BASIS, at: NOW, ignoreBackOff: false }
const denied = new DOMException('denied', 'UnknownError')

describe('a worker whose store fails after another worker has changed it', () => {
  /** One that knows generation 1, while the store has generation 2. */
  const outdated = async (): Promise<WorkerStore> => {
    const name = newDatabaseName()
    const [worker, other] = [workerStore(name), workerStore(name)]
    await worker.store.apply(login)
    await other.store.apply(refreshed)
    await expect.poll(() => worker.store.cached).toBeUndefined()
    worker.database.fault = 'stall'
    return worker
  }

  test('does not go on with the token that was replaced', async () => {
    const { store } = await outdated()
    await expect(store.load()).rejects.toBeInstanceOf(StoreStalled)
  })

  test('does not spend the refresh token that may have been spent', async () => {
    const { store } = await outdated()
    await expect(store.apply(started)).rejects.toBeInstanceOf(StoreStalled)
  })

  test('knows the session again as soon as the store answers', async () => {
    const { store, database } = await outdated()
    await store.load().catch(() => undefined)
    database.fault = 'none'
    expect((await store.load()).after).toMatchObject({ generation: 2 })
    expect((await store.apply({ ...started, basis: { ...BASIS, generation: 2 } })).after).toMatchObject({
      generation: 2,
      refreshStartedAt: NOW,
    })
  })
})

test('a refresh is not begun by a worker that has never seen the store', async () => {
  const { store, database } = workerStore(newDatabaseName())
  database.fault = 'stall'
  await expect(store.apply(started)).rejects.toBeInstanceOf(StoreStalled)
})

describe('a single transaction that fails, as in Safari after a time in the background, is repeated at once', () => {
  const failOnce = (database: WorkerStore['database']): void => {
    const use = database.use.bind(database)
    database.use = () => {
      database.use = use
      return Promise.reject(denied)
    }
  }

  test('a read', async () => {
    const name = newDatabaseName()
    await workerStore(name).store.apply(login)
    const { store, database, onFault } = workerStore(name)
    failOnce(database)
    expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
    expect(onFault).not.toHaveBeenCalled()
  })

  test('a write: what the server has rotated is in the store before another worker may refresh', async () => {
    const name = newDatabaseName()
    const { store, database, onFault } = workerStore(name)
    await store.apply(login)
    failOnce(database)
    await store.apply(refreshed)
    expect(await onDisk(name)).toMatchObject({ session: { generation: 2 } })
    expect(onFault).not.toHaveBeenCalled()
  })
})

describe('a store that cannot be had at all', () => {
  test('is a passing fault at first, and an anonymous user in the end, so that public answers work', async () => {
    const { store, database, clock } = workerStore(newDatabaseName())
    database.fault = denied
    await expect(store.load()).rejects.toBeInstanceOf(StoreStalled)
    clock.time += 600_000
    expect((await store.load()).after).toMatchObject({ status: 'anonymous' })
  })

  test('is asked again each time: nothing is taken for granted', async () => {
    const name = newDatabaseName()
    await workerStore(name).store.apply(login)
    const { store, database, clock } = workerStore(name)
    database.fault = denied
    await store.load().catch(() => undefined)
    clock.time += 600_000
    await store.load()
    database.fault = 'none'
    expect(store.cached).toBeUndefined()
    expect((await store.load()).after).toMatchObject({ status: 'active' })
  })
})

test('a session lives on in memory where a newer version has taken the database', async () => {
  const name = newDatabaseName()
  const onFault = vi.fn()
  const nothing = (): void => undefined
  const store = sessionStore({
    name,
    database: openDatabase(name),
    clock: testClock(),
    keepTokens: true,
    onFault,
    onForeignChange: nothing,
    onLateWrite: nothing,
  })
  await store.apply(login)
  const newer = await promisifyRequest(indexedDB.open(name, 2))
  onTestFinished(() => newer.close())
  expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
  expect((await store.apply(started)).after).toMatchObject({ refreshStartedAt: NOW })
  expect((await store.apply(refreshed)).after).toMatchObject({ generation: 2 })
  expect(onFault).toHaveBeenCalledTimes(1)
})

describe('what could not be written', () => {
  test('is written with the next look at the session, before the worker may die with it', async () => {
    const name = newDatabaseName()
    const { store, database } = workerStore(name)
    await store.apply(login)
    database.fault = 'stall'
    await store.apply(refreshed)
    database.fault = 'none'
    expect(store.cached).toMatchObject({ generation: 2 })
    await expect.poll(() => onDisk(name)).toMatchObject({ session: { generation: 2 } })
  })

  test('is not tried with every one of a thousand requests', async () => {
    const { store, database } = workerStore(newDatabaseName())
    await store.apply(login)
    database.fault = 'stall'
    await store.apply(refreshed)
    const { calls } = database
    for (let request = 0; request < 1000; request++) expect(store.cached).toMatchObject({ generation: 2 })
    expect(database.calls - calls).toBe(1)
  })

  test('of a logout does not end the session of a later login', async () => {
    const name = newDatabaseName()
    const [stalled, other] = [workerStore(name), workerStore(name)]
    await stalled.store.apply(login)
    stalled.database.fault = 'stall'
    await stalled.store.apply({ type: 'logged-out' })
    await other.store.apply({ ...login, sessionId: OTHER_SESSION_ID })
    stalled.database.fault = 'none'
    await stalled.store.load()
    expect(await workerStore(name).current()).toMatchObject({ sessionId: OTHER_SESSION_ID })
  })
})
