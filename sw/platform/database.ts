import { promisifyRequest, type UseStore } from 'idb-keyval'

const STORE = 'broker'

/**
 * An idb-keyval store of a database of its own. Unlike idb-keyval's `createStore` its writes are `strict`ly durable,
 * since a rotated refresh token that a power cut loses is a lost session, and it lets go of the database when another
 * version or the user deletes it.
 */
export function openDatabase(name: string): UseStore {
  let opening: Promise<IDBDatabase> | undefined

  const open = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    const database = await promisifyRequest(request)
    // Safari closes connections by itself (see idb-keyval).
    database.onclose = forget
    database.onversionchange = () => {
      database.close()
      forget()
    }
    return database
  }
  const forget = (): void => {
    opening = undefined
  }

  return async (mode, callback) => {
    opening ??= open()
    try {
      const database = await opening
      return await callback(database.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE))
    } catch (error) {
      forget()
      throw error
    }
  }
}
