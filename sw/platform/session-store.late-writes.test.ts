import 'fake-indexeddb/auto'
import { promisifyRequest } from 'idb-keyval'
import { expect, test } from 'vitest'
import type { SessionEvent } from '../core/transition.ts'
import { NOW, OTHER_SESSION_ID, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { newDatabaseName, onDisk, workerStore, type WorkerStore } from '../testing/stores.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const login: SessionEvent = { type: 'logged-in', sessionId: SESSION_ID, tokens: tokenSet() }
const refreshed: SessionEvent = {
  type: 'refreshed',
  basis: BASIS,
  tokens: tokenSet({ accessToken: 'access-token-2', receivedAt: NOW + 250_000 }),
}
const lost: SessionEvent = { type: 'lost', basis: BASIS, reason: 'invalid_grant' }
const nothing: SessionEvent = { type: 'unauthorized' }

test('a login that was written after all does not come back after the logout that another worker made of it', async () => {
  const name = newDatabaseName()
  const [late, other] = [workerStore(name), workerStore(name)]
  await late.store.apply(nothing)
  late.database.fault = 'late'
  await late.store.apply(login)
  await other.store.apply({ type: 'logged-out' })
  late.database.fault = 'none'
  expect((await late.store.load()).after.status).toBe('anonymous')
  expect(await workerStore(name).current()).toMatchObject({ status: 'anonymous' })
})

test('a login that was written after all does not come back over the next one, even in a worker that knew nothing', async () => {
  const name = newDatabaseName()
  const [late, other] = [workerStore(name), workerStore(name)]
  late.database.fault = 'late'
  await late.store.apply(login)
  await other.store.apply({ ...login, sessionId: OTHER_SESSION_ID })
  late.database.fault = 'none'
  expect((await late.store.load()).after).toMatchObject({ sessionId: OTHER_SESSION_ID })
  expect(await workerStore(name).current()).toMatchObject({ sessionId: OTHER_SESSION_ID })
})

test('a logout that found nobody logged in does not end a login that another worker makes meanwhile', async () => {
  const name = newDatabaseName()
  const [stalled, other] = [workerStore(name), workerStore(name)]
  await stalled.store.apply(nothing)
  stalled.database.fault = 'stall'
  await stalled.store.apply({ type: 'logged-out' })
  await other.store.apply(login)
  stalled.database.fault = 'none'
  await stalled.store.load()
  expect(await workerStore(name).current()).toMatchObject({ ...BASIS, status: 'active' })
})

test('a login while the store has never answered is kept, whatever lay there before', async () => {
  const name = newDatabaseName()
  const former = workerStore(name)
  await former.store.apply({ ...login, sessionId: OTHER_SESSION_ID })
  await former.store.apply({ ...lost, basis: { sessionId: OTHER_SESSION_ID, generation: 1 } })
  const { store, database } = workerStore(name)
  database.fault = 'stall'
  await store.load().catch(() => undefined)
  await store.apply(login)
  database.fault = 'none'
  expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
  expect(await workerStore(name).current()).toMatchObject({ ...BASIS, status: 'active' })
})

test('a login whose transaction ends after all is not written again: not after "Clear site data", either', async () => {
  const name = newDatabaseName()
  const { store, database, clock } = workerStore(name)
  await store.apply(nothing)
  const real = { ...database }
  const { within } = clock
  let end = (): void => undefined
  let limitIsOver = (): void => undefined
  database.use = (mode, callback) =>
    real.use(mode, (objects) => {
      const transaction = {
        set oncomplete(tell: () => void) {
          end = tell
          limitIsOver()
        },
      }
      const unheard = { transaction, get: () => objects.get('session'), put: objects.put.bind(objects) }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of an IDBObjectStore that the store uses
      return callback(unheard as unknown as IDBObjectStore)
    })
  clock.within = () => new Promise((resolve) => (limitIsOver = () => resolve(undefined)))
  await store.apply(login)
  await expect.poll(() => onDisk(name)).toMatchObject({ session: BASIS })
  end()
  Object.assign(database, { use: real.use })
  Object.assign(clock, { within })
  await promisifyRequest(indexedDB.deleteDatabase(name))
  expect((await store.load()).after.status).toBe('anonymous')
})

test('a transaction that ends after the time limit is not done twice', async () => {
  const name = newDatabaseName()
  const { store, database } = workerStore(name)
  await store.apply(login)
  database.fault = 'late'
  expect((await store.apply(refreshed)).after).toMatchObject({ generation: 2 })
  expect(await onDisk(name)).toMatchObject({ session: { generation: 2 } })
  database.fault = 'none'
  expect((await store.apply(nothing)).after).toMatchObject({ generation: 2 })
})

test('a refresh that is heard of after a later logout does not bring the session back', async () => {
  const { store, database } = workerStore(newDatabaseName())
  await store.apply(login)
  const { done } = database
  let hear = (): void => undefined
  database.beforeReturn = new Promise<void>((resolve) => (hear = resolve))
  const refresh = store.apply(refreshed)
  await expect.poll(() => database.done).toBe(done + 1)
  database.beforeReturn = Promise.resolve()
  await store.apply({ type: 'logged-out' })
  hear()
  expect((await refresh).after.status).toBe('anonymous')
  expect(store.cached).toMatchObject({ status: 'anonymous' })
})

/** A pause is over at once. */
function impatient(name: string): WorkerStore {
  const worker = workerStore(name)
  worker.clock.within = async (ms, promise) => (ms < 3000 ? undefined : promise)
  return worker
}

test('another worker that waits for what is written finds the rotated refresh token', async () => {
  const name = newDatabaseName()
  const { store, database } = impatient(name)
  await store.apply(login)
  database.fault = new Error('broken')
  await store.apply(refreshed)
  const written = store.written()
  database.fault = 'none'
  await written
  expect(await onDisk(name)).toMatchObject({ session: { tokens: { accessToken: 'access-token-2' } } })
})

test('who waits for what is written does not wait for ever for a broken store', async () => {
  const { store, database } = impatient(newDatabaseName())
  await store.apply(login)
  database.fault = new Error('broken')
  await store.apply(refreshed)
  await store.written()
  expect((await store.load()).after).toMatchObject({ generation: 2 })
})

test('logins that were written after all are not written again over what has become of the last one', async () => {
  const name = newDatabaseName()
  const { store, database } = workerStore(name)
  const last = { ...login, sessionId: OTHER_SESSION_ID }
  database.fault = 'stall'
  await store.apply(login)
  await store.apply(last)
  database.fault = 'none'
  // As a transaction leaves it whose end was never heard of.
  const other = workerStore(name).store
  await other.apply(last)
  await other.apply({ ...refreshed, basis: { sessionId: OTHER_SESSION_ID, generation: 1 } })
  expect((await store.load()).after).toMatchObject({ sessionId: OTHER_SESSION_ID, generation: 2 })
})
