import 'fake-indexeddb/auto'
import { promisifyRequest } from 'idb-keyval'
import { describe, expect, test, vi } from 'vitest'
import { openDatabase, type Database } from './database.ts'

let count = 0
const newName = (): string => `database-${++count}`

const put = (database: Database, value: unknown): Promise<unknown> =>
  database.use('readwrite', async (objects) => {
    objects.put(value, 'key')
    await promisifyRequest(objects.transaction)
  })
const get = (database: Database): Promise<unknown> =>
  database.use('readonly', (objects) => promisifyRequest<unknown>(objects.get('key')))
const deleted = (name: string): Promise<unknown> => promisifyRequest(indexedDB.deleteDatabase(name))

describe('a database', () => {
  test('keeps what another connection reads', async () => {
    const name = newName()
    await put(openDatabase(name), { a: 1 })
    expect(await get(openDatabase(name))).toEqual({ a: 1 })
  })

  test('is opened once, though many ask at the same time', async () => {
    const open = vi.spyOn(indexedDB, 'open')
    const database = openDatabase(newName())
    await Promise.all([get(database), get(database), put(database, 1)])
    expect(open).toHaveBeenCalledTimes(1)
    open.mockRestore()
  })

  test('writes durably: a rotated refresh token must survive a power cut', async () => {
    const database = openDatabase(newName())
    const durability = await database.use('readwrite', async ({ transaction }) => transaction.durability)
    expect(durability).toBe('strict')
  })

  test('of another name has other contents', async () => {
    await put(openDatabase(newName()), 1)
    expect(await get(openDatabase(newName()))).toBeUndefined()
  })
})

describe('"Clear site data" while the worker runs', () => {
  test('is not blocked, is told, and the next use begins anew', async () => {
    const name = newName()
    const onGone = vi.fn()
    const database = openDatabase(name)
    database.onGone = onGone
    await put(database, 1)
    await deleted(name)
    expect(onGone).toHaveBeenCalledTimes(1)
    expect(await get(database)).toBeUndefined()
    await put(database, 2)
    expect(await get(database)).toBe(2)
  })
})

describe('after a failure the next use opens the database anew', () => {
  test('where it could not be opened', async () => {
    const open = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    const database = openDatabase(newName())
    await expect(get(database)).rejects.toThrow('denied')
    expect(await get(database)).toBeUndefined()
    open.mockRestore()
  })

  test('where a transaction failed, and the failure is told', async () => {
    const database = openDatabase(newName())
    await put(database, 1)
    await expect(put(database, () => 'cannot be cloned')).rejects.toThrow('could not be cloned')
    expect(await get(database)).toBe(1)
  })

  test('where the connection was closed under it', async () => {
    const database = openDatabase(newName())
    await put(database, 1)
    await database.use('readonly', async ({ transaction }) => transaction.db.close())
    await expect(get(database)).rejects.toThrow()
    expect(await get(database)).toBe(1)
  })

  test('where opening never ended', async () => {
    const stalled = new EventTarget()
    const open = vi.spyOn(indexedDB, 'open').mockImplementationOnce(vi.fn().mockReturnValue(stalled))
    const database = openDatabase(newName())
    void get(database)
    database.reopen()
    expect(await get(database)).toBeUndefined()
    open.mockRestore()
  })
})
