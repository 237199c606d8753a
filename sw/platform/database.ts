import { promisifyRequest, type UseStore } from 'idb-keyval'

const STORE = 'broker'

/** An idb-keyval store that can be opened anew. */
export interface Database {
  use: UseStore
  /** Gives up the connection, as one that has stalled once does not recover. */
  reopen(): void
  /** Called when the database is closed under this worker. */
  onGone?: () => void
}

/**
 * A database of our own. Unlike idb-keyval's `createStore` its writes are `strict`ly durable, since a rotated refresh
 * token that a power cut loses is a lost session, and it lets go of the database when another version or the user
 * deletes it.
 */
export function openDatabase(name: string): Database {
  let opening: Promise<IDBDatabase> | undefined

  const open = async (): Promise<IDBDatabase> => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    const connection = await promisifyRequest(request)
    // Safari closes connections by itself (see idb-keyval).
    connection.onclose = gone
    connection.onversionchange = () => {
      connection.close()
      gone()
    }
    return connection
  }
  const gone = (): void => {
    opening = undefined
    database.onGone?.()
  }

  const database: Database = {
    async use(mode, callback) {
      opening ??= open()
      try {
        const connection = await opening
        return await callback(
          connection.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE),
        )
      } catch (error) {
        opening = undefined
        throw error
      }
    },
    reopen() {
      opening = undefined
    },
  }
  return database
}
