import { promisifyRequest, type UseStore } from 'idb-keyval'

const STORE = 'broker'

/** An idb-keyval store that can be opened anew. */
export interface Database {
  use: UseStore
  /** Gives up the connection, as one that has stalled once does not recover. */
  reopen(): void
}

/**
 * A database of our own. Unlike idb-keyval's `createStore` its writes are `strict`ly durable, since a rotated refresh
 * token that a power cut loses is a lost session, and it lets go of the database when another version or the user
 * deletes it.
 * @param onGone told when the database is closed under this worker
 */
export function openDatabase(name: string, onGone: () => void): Database {
  let opening: Promise<IDBDatabase> | undefined

  const open = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    const database = await promisifyRequest(request)
    // Safari closes connections by itself (see idb-keyval).
    database.onclose = gone
    database.onversionchange = () => {
      database.close()
      gone()
    }
    return database
  }
  const gone = (): void => {
    opening = undefined
    onGone()
  }

  return {
    async use(mode, callback) {
      opening ??= open()
      try {
        const database = await opening
        return await callback(database.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE))
      } catch (error) {
        opening = undefined
        throw error
      }
    },
    reopen() {
      opening = undefined
    },
  }
}
