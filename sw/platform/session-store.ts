import { promisifyRequest, type UseStore } from 'idb-keyval'
import { ANONYMOUS, transition, type Session, type SessionEvent } from '../core/session.ts'
import { readStored, RECORD_VERSION, type StoredSession } from '../core/stored-session.ts'
import { openDatabase } from './database.ts'
import type { Clock, SessionStore } from './ports.ts'
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
  database?: UseStore
}

/**
 * The session in IndexedDB; what this worker knows of it is a cache. While the database does not answer, the session
 * lives on in memory, and the events that could not be written wait for the next transaction that works: there they
 * count only as far as the store has not moved on.
 */
export function sessionStore({
  name,
  clock,
  keepTokens,
  onFault,
  database = openDatabase(name),
}: SessionStoreOptions): SessionStore {
  let cached: Session | undefined
  let latest: Session | undefined
  let unwritten: SessionEvent[] = []
  let faulty = false
  let foreignChanges = 0

  // The other workers of the broker (an old and a new version) must not go on with a token that was replaced.
  const changes = new BroadcastChannel(name)
  changes.onmessage = () => {
    foreignChanges++
    cached = undefined
  }

  const transact = (events: readonly SessionEvent[]): Promise<Change> =>
    database(events.length > 0 ? 'readwrite' : 'readonly', async (objects) => {
      const stored = readStored(await promisifyRequest<unknown>(objects.get(KEY)))
      const before = keepTokens ? stored : withTokensOf(latest, stored)
      const after = events.reduce(transition, before)
      if (after === before) return { before, after }
      const record: StoredSession = { v: RECORD_VERSION, session: keepTokens ? after : withoutTokens(after) }
      objects.put(record, KEY)
      await promisifyRequest(objects.transaction)
      return { before, after }
    })

  const attempt = async (event?: SessionEvent): Promise<Change> => {
    const seen = foreignChanges
    const waiting = unwritten
    const change = await clock.within(LIMIT, transact(event ? [...waiting, event] : waiting))
    if (change === undefined) throw new StoreStalled()
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
    async read() {
      if (cached) return cached
      try {
        return (await attempt()).after
      } catch (cause) {
        fault(cause)
        if (latest === undefined && cause instanceof StoreStalled) throw cause
        return (cached = latest ??= ANONYMOUS)
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

interface Change {
  before: Session
  after: Session
}
