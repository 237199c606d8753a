import { promisifyRequest } from 'idb-keyval'
import { onTestFinished, vi } from 'vitest'
import type { Session } from '../core/session.ts'
import { openDatabase, type Database } from '../platform/database.ts'
import type { SessionStore } from '../platform/ports.ts'
import { sessionStore } from '../platform/session-store.ts'
import { testClock } from './fixtures.ts'

/** A store as one worker has it, with a database that can be made to fail. */
export interface WorkerStore {
  store: SessionStore
  onFault: ReturnType<typeof vi.fn<(cause: unknown) => void>>
  onForeignChange: ReturnType<typeof vi.fn<() => void>>
  database: FaultyDatabase
  clock: ReturnType<typeof testClock>
  /** As the keeper asks: from memory where this worker knows it. */
  current(): Promise<Session>
}

export interface FaultyDatabase extends Database {
  /**
   * - `stall`: no call is ever answered.
   * - `late`: each call does its work, but after the time limit.
   */
  fault: 'none' | 'stall' | 'late' | Error
  /** Awaited between a transaction and the end of its call. */
  beforeReturn: Promise<unknown>
  reopened: number
  calls: number
  /** How many of them are done. */
  done: number
}

let count = 0
export const newDatabaseName = (): string => `sw-token-broker:${++count}`

function faultyDatabase(name: string): FaultyDatabase {
  const real = openDatabase(name)
  const database: FaultyDatabase = {
    fault: 'none',
    beforeReturn: Promise.resolve(),
    reopened: 0,
    calls: 0,
    done: 0,
    async use(mode, callback) {
      this.calls++
      // The first call is made as the worker starts: what a test sets up then counts.
      await Promise.resolve()
      if (this.fault instanceof Error) throw this.fault
      if (this.fault === 'stall') return new Promise(() => undefined)
      const result = await real.use(mode, callback)
      this.done++
      await this.beforeReturn
      return result
    },
    reopen() {
      this.reopened++
      real.reopen()
    },
  }
  real.onGone = () => database.onGone?.()
  return database
}

/** The store of one worker on the database `name`; several make several workers. Needs `fake-indexeddb/auto`. */
export function workerStore(name: string, keepTokens = true): WorkerStore {
  const channels: BroadcastChannel[] = []
  vi.stubGlobal(
    'BroadcastChannel',
    class extends globalThis.BroadcastChannel {
      constructor(channel: string) {
        super(channel)
        channels.push(this)
      }
    },
  )
  const onFault = vi.fn<(cause: unknown) => void>()
  const onForeignChange = vi.fn<() => void>()
  const database = faultyDatabase(name)
  const clock = testClock()
  // Time limits are up at once where the database does not answer, and never where it does.
  clock.within = async (_, promise) => {
    if (database.fault === 'late') await promise
    return database.fault === 'stall' || database.fault === 'late' ? undefined : promise
  }
  const store = sessionStore({
    name,
    clock,
    keepTokens,
    onFault,
    onForeignChange,
    onLateWrite: () => undefined,
    database,
  })
  vi.unstubAllGlobals()
  onTestFinished(() => {
    for (const channel of channels) channel.close()
  })
  return {
    store,
    onFault,
    onForeignChange,
    database,
    clock,
    current: async () => store.cached ?? (await store.load()).after,
  }
}

/** What lies on the disk. */
export const onDisk = (name: string): Promise<unknown> =>
  openDatabase(name).use('readonly', (objects) => promisifyRequest<unknown>(objects.get('session')))

/** Puts something there as another version or another script of the origin would. */
export const writeToDisk = (name: string, record: unknown): Promise<void> =>
  openDatabase(name).use('readwrite', async (objects) => {
    objects.put(record, 'session')
    await promisifyRequest(objects.transaction)
  })
