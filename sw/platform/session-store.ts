import { promisifyRequest } from 'idb-keyval'
import { ANONYMOUS, type Session } from '../core/session.ts'
import { transition, type SessionEvent } from '../core/transition.ts'
import { readStored, RECORD_VERSION, type StoredSession } from '../core/stored-session.ts'
import { openDatabase, type Database } from './database.ts'
import type { Change, Clock, SessionStore } from './ports.ts'
import { withoutTokens, withTokensOf } from './token-memory.ts'

const KEY = 'session'

/** A transaction that takes longer than this has stalled (WebKit 26.6 has such a fault), ms. */
const LIMIT = 3000

/** The store does not answer, and nothing is known of the session: a transient fault, never a logout. */
export class StoreStalled extends Error {
  constructor() {
    super(`IndexedDB did not answer within ${LIMIT} ms`)
  }
}

export interface SessionStoreOptions {
  /** Of the database and of the channel on which the broker's workers tell each other of changes. */
  name: string
  clock: Clock
  /** Whether tokens may be written, or only a marker that says that a session exists. */
  keepTokens: boolean
  /** Told once when the store begins to fail. */
  onFault: (cause: unknown) => void
  /** Told when the store has changed under this worker, so that what it knows is out of date. */
  onForeignChange: () => void
  database?: Database
}

/**
 * The session in IndexedDB; what this worker knows of it is a cache. While the database does not answer, the session
 * lives on in memory, and the events that could not be written wait for the next transaction that works: there they
 * count only as far as the store has not moved on.
 */
export function sessionStore(options: SessionStoreOptions): SessionStore {
  const { name, clock, keepTokens, onFault, onForeignChange } = options
  let cached: Session | undefined
  let latest: Session | undefined
  let unwritten: SessionEvent[] = []
  let faulty = false
  let foreignChanges = 0

  // The other workers of the broker (an old and a new version) must not go on with a token that was replaced.
  const changes = new BroadcastChannel(name)
  const forget = (): void => {
    foreignChanges++
    cached = undefined
    onForeignChange()
  }
  changes.onmessage = forget
  const database = options.database ?? openDatabase(name, forget)

  const transact = (events: readonly SessionEvent[]): Promise<Change> =>
    database.use(events.length > 0 ? 'readwrite' : 'readonly', async (objects) => {
      const value = await promisifyRequest<unknown>(objects.get(KEY))
      const stored = keepTokens ? readStored(value) : withTokensOf(latest, readStored(value))
      const after = events.reduce(transition, stored)
      // The user has cleared the site's data.
      const before =
        value === undefined && latest !== undefined && latest.status !== 'anonymous' ? latest : stored
      if (after === stored) return { before, after }
      const record: StoredSession = { v: RECORD_VERSION, session: keepTokens ? after : withoutTokens(after) }
      objects.put(record, KEY)
      await promisifyRequest(objects.transaction)
      return { before, after }
    })

  const attempt = async (event?: SessionEvent): Promise<Change> => {
    const seen = foreignChanges
    const waiting = unwritten
    const change = await clock.within(LIMIT, transact(event ? [...waiting, event] : waiting))
    if (change === undefined) {
      database.reopen()
      throw new StoreStalled()
    }
    unwritten = unwritten.slice(waiting.length)
    faulty = false
    latest = change.after
    if (seen === foreignChanges) cached = latest
    if (change.after !== change.before) changes.postMessage(null)
    return change
  }

  const fault = (cause: unknown): void => {
    if (!faulty) onFault(cause)
    faulty = true
  }

  return {
    get cached() {
      return cached
    },
    async load() {
      try {
        return await attempt()
      } catch (cause) {
        fault(cause)
        if (latest === undefined && cause instanceof StoreStalled) throw cause
        cached = latest ??= ANONYMOUS
        return { before: latest, after: latest }
      }
    },
    async apply(event) {
      try {
        return await attempt(event)
      } catch (cause) {
        fault(cause)
        unwritten = [...unwritten, event]
        const before = latest ?? ANONYMOUS
        const after = (cached = latest = transition(before, event))
        return { before, after }
      }
    },
  }
}
