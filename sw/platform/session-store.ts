import { promisifyRequest } from 'idb-keyval'
import { ANONYMOUS, type Session } from '../core/session.ts'
import { transition, type SessionEvent } from '../core/transition.ts'
import { isUnreadable, readStored, RECORD_VERSION, type StoredSession } from '../core/stored-session.ts'
import type { Database } from './database.ts'
import type { Change, Clock, SessionStore } from './ports.ts'
import { withoutTokens, withTokensOf } from './token-memory.ts'

const KEY = 'session'

/** A transaction that takes longer than this has stalled (WebKit 26.6 has such a fault), ms. */
const LIMIT = 3000

/** What could not be written is tried again at most this often, ms. */
const FLUSH_PAUSE = 1000

/** While other workers wait for what is written. */
const MOST_TRIES = 4

/** A store that has refused for so long is none: the session lives in memory alone, ms. */
const GIVEN_UP_AFTER = 10_000

/** The store does not answer, and what this worker knows is nothing or out of date: a transient fault, never a logout. */
export class StoreStalled extends Error {
  constructor(cause?: unknown) {
    super('IndexedDB does not answer', { cause })
  }
}

export interface SessionStoreOptions {
  /** Of the channel on which the broker's workers tell each other of changes. */
  name: string
  database: Database
  clock: Clock
  /** Whether tokens may be written, or only a marker that says that a session exists. */
  keepTokens: boolean
  /** Told once when the store begins to fail. */
  onFault: (cause: unknown) => void
  /** Told when the store has changed under this worker, so that what it knows is out of date. */
  onForeignChange: () => void
  /** Told of what was written late, and what the pages know so far. */
  onLateWrite: (change: Change) => void
}

/** One try of a transaction. */
interface Trial {
  /** The time limit is over: what wakes up late must not write what has been overtaken. */
  isGivenUp?: boolean
  /** Of the transactions that have run, this was the n-th; what it found is out of date once a later one was heard of. */
  turn?: number
  /** What was in the store, although the transaction's end may not be heard of in time. */
  found?: Session
  /** What waits to be written because of that. */
  unwritten?: SessionEvent
}

/**
 * The session in IndexedDB; what this worker knows of it is a cache. While the database does not answer, the session
 * lives on in memory, and the events that could not be written wait for the next transaction that works: there they
 * count only as far as the store has not moved on.
 */
export function sessionStore(options: SessionStoreOptions): SessionStore {
  const { name, database, clock, keepTokens, onFault, onForeignChange, onLateWrite } = options
  /** What this worker goes by; undefined where it must ask. */
  let cached: Session | undefined
  /** What it knew last, which another worker may have changed since. */
  let latest: Session | undefined
  let isOutdated = false
  let unwritten: SessionEvent[] = []
  let flushedAt: number | undefined
  let faultySince: number | undefined
  let foreignChanges = 0
  let turns = 0
  let lastHeard = 0

  const transact = (trial: Trial, event: SessionEvent | undefined): Promise<Change> =>
    database.use(event || unwritten.length > 0 ? 'readwrite' : 'readonly', async (objects) => {
      const value = await promisifyRequest<unknown>(objects.get(KEY))
      if (trial.isGivenUp) throw new StoreStalled()
      // Only now: the transactions before this one may have written some of them.
      const waiting = unwritten
      const told = latest
      const stored = keepTokens ? readStored(value) : withTokensOf(latest, readStored(value))
      trial.found = stored
      trial.turn = ++turns
      const late = value === undefined ? waiting.map(unbound) : notIn(stored, waiting)
      const after = (event ? [...late, event] : late).reduce(transition, stored)
      // The pages know what is written only now, and nothing of a user who has cleared or spoilt the site's data.
      const isNews =
        waiting.length > 0 || (value === undefined && told?.status !== 'anonymous') || isUnreadable(stored)
      const before = (isNews && told) || stored
      if (after !== stored) {
        const record: StoredSession = {
          v: RECORD_VERSION,
          session: keepTokens ? after : withoutTokens(after),
        }
        objects.put(record, KEY)
        // At once, lest this worker dies before it can: what another one asks now, it is told after this transaction.
        changes.postMessage(null)
        await promisifyRequest(objects.transaction)
      }
      unwritten = unwritten.filter((newer) => !waiting.includes(newer) && newer !== trial.unwritten)
      return { before, after }
    })

  const adopt = (session: Session): Session => {
    latest = session
    isOutdated = false
    return (cached = session)
  }

  // The event that a worker starts for reaches it some time after its script was evaluated: the store is asked meanwhile.
  // What it says counts until this worker writes, or hears that another one has.
  const early: Trial = {}
  let reading: Promise<Change> | undefined = transact(early, undefined)
  reading.catch(() => undefined)

  // After that, as the database opens in another process meanwhile. The other workers of the broker (an old and a new
  // version) must not go on with a token that was replaced.
  const changes = new BroadcastChannel(name)
  const ask = (): void => {
    foreignChanges++
    cached = undefined
    onForeignChange()
  }
  changes.onmessage = () => {
    isOutdated = true
    ask()
  }
  // Deleted, or opened by a version with which this one cannot work: what it knows is all there is then.
  database.onGone = ask

  const attempt = async (event?: SessionEvent, begun: Trial = {}): Promise<Change> => {
    const seen = foreignChanges
    const read = event || seen > 0 ? undefined : reading
    const trial = read ? early : begun
    reading = undefined
    const change = await clock.within(LIMIT, read ?? transact(trial, event))
    if (change === undefined) {
      trial.isGivenUp = true
      // A connection that has stalled once does not recover.
      database.reopen()
      throw new StoreStalled()
    }
    faultySince = undefined
    const { turn = 0 } = trial
    if (turn < lastHeard) return { before: change.before, after: latest ?? change.after }
    lastHeard = turn
    // What has happened in memory meanwhile is newer than what was written.
    latest = unwritten.reduce(transition, change.after)
    if (seen === foreignChanges) adopt(latest)
    return { before: change.before, after: latest }
  }

  /** Safari fails one transaction after the app was in the background (dexie#2296). */
  const attemptTwice = async (event?: SessionEvent, trial?: Trial): Promise<Change> => {
    try {
      return await attempt(event, trial)
    } catch (cause) {
      if (cause instanceof StoreStalled) throw cause
      return attempt(event, trial)
    }
  }

  const fault = (cause: unknown): void => {
    if (faultySince === undefined) onFault(cause)
    faultySince ??= clock.now()
  }

  const flush = (): void => {
    const now = clock.now()
    if (flushedAt !== undefined && Math.abs(now - flushedAt) < FLUSH_PAUSE) return
    flushedAt = now
    void writeLate()
  }

  const writeLate = (): Promise<void> => attempt().then(onLateWrite, fault)

  /** What can be said without the store. */
  const fromMemory = (cause: unknown): Change => {
    if (latest !== undefined && !isOutdated) return { before: latest, after: adopt(latest) }
    const isGivenUp = faultySince !== undefined && clock.now() - faultySince > GIVEN_UP_AFTER
    if (cause instanceof StoreStalled || !isGivenUp) throw new StoreStalled(cause)
    return { before: ANONYMOUS, after: ANONYMOUS }
  }

  return {
    get cached() {
      if (unwritten.length > 0) flush()
      return cached
    },
    async load() {
      try {
        return await attemptTwice()
      } catch (cause) {
        fault(cause)
        return fromMemory(cause)
      }
    },
    async apply(event) {
      const trial: Trial = {}
      try {
        return await attemptTwice(event, trial)
      } catch (cause) {
        fault(cause)
        // To spend a refresh token that another worker may have spent would end the session.
        if (event.type === 'refresh-started' && (latest === undefined || isOutdated))
          throw new StoreStalled(cause)
        // The page has the only other copy of these tokens, and keeps it.
        if (event.type === 'logged-in' && event.adopted) throw new StoreStalled(cause)
        const before = latest ?? ANONYMOUS
        const known = isOutdated ? trial.found : (latest ?? trial.found)
        const after = adopt(transition(before, event))
        if (after !== before) {
          trial.unwritten = known ? bound(event, known) : event
          unwritten = [...unwritten, trial.unwritten]
        }
        return { before, after }
      }
    },
    async written() {
      for (let tries = 0; unwritten.length > 0 && tries < MOST_TRIES; tries++) {
        if (tries > 0) await clock.within(FLUSH_PAUSE, new Promise(() => {}))
        await writeLate()
      }
    },
  }
}

/** A transaction whose end was not heard of may have written them after all, and a chain of logins does not begin anew. */
function notIn(stored: Session, waiting: SessionEvent[]): SessionEvent[] {
  const last = stored.status === 'anonymous' ? stored.formerSessionId : stored.sessionId
  return waiting.slice(
    waiting.findLastIndex((event) => event.type === 'logged-in' && event.sessionId === last) + 1,
  )
}

/** Where the record is gone, so is the login that a late one might undo. */
const unbound = (event: SessionEvent): SessionEvent =>
  event.type === 'logged-in' ? { ...event, replaces: undefined } : event

/** An event that is written late must not undo the login of somebody else meanwhile. */
function bound(event: SessionEvent, before: Session): SessionEvent {
  const sessionId = before.status === 'anonymous' ? null : before.sessionId
  switch (event.type) {
    case 'logged-in':
      return { ...event, replaces: sessionId }
    case 'logged-out':
      return { ...event, sessionId: event.sessionId ?? sessionId }
    default:
      return event
  }
}
