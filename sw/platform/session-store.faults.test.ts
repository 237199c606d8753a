import 'fake-indexeddb/auto'
import { promisifyRequest } from 'idb-keyval'
import { describe, expect, test } from 'vitest'
import type { SessionEvent } from '../core/transition.ts'
import { NOW, OTHER_SESSION_ID, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { newDatabaseName, onDisk, workerStore } from '../testing/stores.ts'
import { StoreStalled } from './session-store.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const login: SessionEvent = { type: 'logged-in', sessionId: SESSION_ID, tokens: tokenSet() }
const refreshed: SessionEvent = {
  type: 'refreshed',
  basis: BASIS,
  tokens: tokenSet({ accessToken: 'access-token-2', receivedAt: NOW + 250_000 }),
}
const lost: SessionEvent = { type: 'lost', basis: BASIS, reason: 'invalid_grant' }
const nothing: SessionEvent = { type: 'unauthorized' }
const denied = new DOMException('denied', 'UnknownError')

describe('a store that does not answer', () => {
  test('at the first read is a fault that passes, and no logout', async () => {
    const name = newDatabaseName()
    await workerStore(name).store.apply(login)
    const { store, database, onFault } = workerStore(name)
    database.fault = 'stall'
    await expect(store.load()).rejects.toBeInstanceOf(StoreStalled)
    expect(onFault).toHaveBeenCalledTimes(1)
    expect(store.cached).toBeUndefined()
    database.fault = 'none'
    expect((await store.load()).after).toMatchObject({ ...BASIS, status: 'active' })
  })

  test('is opened anew, since a stalled connection does not recover', async () => {
    const { store, database } = workerStore(newDatabaseName())
    database.fault = 'stall'
    await expect(store.load()).rejects.toThrow()
    expect(database.reopened).toBe(1)
  })

  test('later is served from memory: a refresh goes through', async () => {
    const { store, database } = workerStore(newDatabaseName())
    await store.apply(login)
    database.fault = 'stall'
    const { before, after } = await store.apply(refreshed)
    expect(before).toMatchObject({ generation: 1 })
    expect(after).toMatchObject({ generation: 2, tokens: { accessToken: 'access-token-2' } })
    expect(store.cached).toBe(after)
    expect((await store.load()).after).toBe(after)
  })

  test('lets a user log in and out', async () => {
    const { store, database } = workerStore(newDatabaseName())
    database.fault = 'stall'
    expect((await store.apply(login)).after).toMatchObject({ status: 'active' })
    expect((await store.apply({ type: 'logged-out', sessionId: SESSION_ID })).after.status).toBe('anonymous')
  })

  test('is told once, and again when it fails another time', async () => {
    const { store, database, onFault } = workerStore(newDatabaseName())
    await store.apply(login)
    database.fault = 'stall'
    await store.apply(refreshed)
    await store.apply(nothing)
    await store.load()
    expect(onFault).toHaveBeenCalledTimes(1)
    database.fault = 'none'
    await store.apply(nothing)
    database.fault = 'stall'
    await store.apply(nothing)
    expect(onFault).toHaveBeenCalledTimes(2)
  })
})

describe('as soon as the store answers again', () => {
  test('it gets what could not be written, in order', async () => {
    const name = newDatabaseName()
    const { store, database } = workerStore(name)
    database.fault = 'stall'
    await store.apply(login)
    await store.apply({ type: 'refresh-started', basis: BASIS, at: NOW, ignoreBackOff: false })
    await store.apply(refreshed)
    database.fault = 'none'
    expect(await onDisk(name)).toBeUndefined()
    await store.load()
    expect(await workerStore(name).current()).toMatchObject({
      generation: 2,
      tokens: { accessToken: 'access-token-2' },
    })
  })

  test('a logout of that time is final', async () => {
    const name = newDatabaseName()
    const { store, database } = workerStore(name)
    await store.apply(login)
    database.fault = 'stall'
    await store.apply({ type: 'logged-out', sessionId: SESSION_ID })
    database.fault = 'none'
    await store.apply(refreshed)
    expect(JSON.stringify(await onDisk(name))).not.toContain('access-token')
    expect(await workerStore(name).current()).toMatchObject({ status: 'anonymous' })
  })

  test('it counts only as far as the store has not moved on', async () => {
    const name = newDatabaseName()
    const [stalled, other] = [workerStore(name), workerStore(name)]
    await stalled.store.apply(login)
    stalled.database.fault = 'stall'
    await stalled.store.apply(refreshed)
    await other.store.apply({ ...login, sessionId: OTHER_SESSION_ID })
    stalled.database.fault = 'none'
    expect((await stalled.store.apply(nothing)).after).toMatchObject({ sessionId: OTHER_SESSION_ID })
    expect(await workerStore(name).current()).toMatchObject({ sessionId: OTHER_SESSION_ID, generation: 1 })
  })

  test('it is written once', async () => {
    const name = newDatabaseName()
    const { store, database } = workerStore(name)
    await store.apply(login)
    database.fault = 'stall'
    await store.apply({ type: 'logged-out', sessionId: SESSION_ID })
    database.fault = 'none'
    await store.load()
    await store.apply({ ...login, sessionId: OTHER_SESSION_ID })
    await store.apply(nothing)
    expect(await workerStore(name).current()).toMatchObject({ status: 'active' })
  })

  test('what the pages were told meanwhile is not told again as a loss', async () => {
    const { store, database } = workerStore(newDatabaseName())
    await store.apply(login)
    database.fault = 'stall'
    expect((await store.apply(lost)).before.status).toBe('active')
    await store.apply({ type: 'announced', basis: BASIS })
    database.fault = 'none'
    const { before, after } = await store.apply(nothing)
    expect(after).toMatchObject({ status: 'login-required', announced: true })
    expect(before.status).toBe('login-required')
  })
})

describe('a store that refuses', () => {
  test('for want of space: the session goes on in memory, and the fault is told', async () => {
    const { store, database, onFault } = workerStore(newDatabaseName())
    await store.apply(login)
    const full = new DOMException('full', 'QuotaExceededError')
    database.fault = full
    expect((await store.apply(refreshed)).after).toMatchObject({ generation: 2 })
    expect(store.cached).toMatchObject({ generation: 2 })
    expect(onFault).toHaveBeenCalledWith(full)
    database.fault = 'none'
    expect((await store.apply(nothing)).after).toMatchObject({ generation: 2 })
  })

  test('altogether: a login lives as long as the worker', async () => {
    const { store, database } = workerStore(newDatabaseName())
    database.fault = denied
    await expect(store.load()).rejects.toBeInstanceOf(StoreStalled)
    await store.apply(login)
    expect(store.cached).toMatchObject({ status: 'active' })
    expect((await store.load()).after).toMatchObject({ status: 'active' })
  })

  test('once, at the first read, does not make a logged-in user anonymous', async () => {
    const name = newDatabaseName()
    await workerStore(name).store.apply(login)
    const { store, database, current } = workerStore(name)
    database.fault = denied
    await store.load().catch(() => undefined)
    database.fault = 'none'
    expect(await current()).toMatchObject({ ...BASIS, status: 'active' })
  })
})

describe('"Clear site data" while the worker runs', () => {
  const clear = (name: string): Promise<unknown> => promisifyRequest(indexedDB.deleteDatabase(name))

  test('ends the session, and the worker learns of it: the page can be told', async () => {
    const name = newDatabaseName()
    const { store, onForeignChange } = workerStore(name)
    const { after: session } = await store.apply(login)
    onForeignChange.mockClear()
    await clear(name)
    expect(onForeignChange).toHaveBeenCalled()
    const { before, after } = await store.load()
    expect(before).toEqual(session)
    expect(after.status).toBe('anonymous')
    expect(await store.load()).toMatchObject({ before: after, after })
  })

  test('while a refresh is under way: its tokens do not come back', async () => {
    const name = newDatabaseName()
    const { store } = workerStore(name)
    await store.apply(login)
    await clear(name)
    expect((await store.apply(refreshed)).after.status).toBe('anonymous')
    expect(await workerStore(name).current()).toMatchObject({ status: 'anonymous' })
  })

  test('does not hinder the next login', async () => {
    const name = newDatabaseName()
    const { store } = workerStore(name)
    await store.apply(login)
    await clear(name)
    await store.apply({ ...login, sessionId: OTHER_SESSION_ID })
    expect(await workerStore(name).current()).toMatchObject({ sessionId: OTHER_SESSION_ID })
  })
})
