import type { Announcement } from '../protocol/messages.ts'
import type { ActiveSession, RefreshFailure, Session, TokenSet } from '../core/session.ts'
import type { SessionEvent } from '../core/transition.ts'

/** Time and chance; the only place they come from. */
export interface Clock {
  /** ms since the epoch */
  now(): number
  /** 0 to 1 */
  random(): number
  /**
   * @param ms time limit
   * @returns what `promise` gives, or undefined where it takes longer
   */
  within<T>(ms: number, promise: Promise<T>): Promise<T | undefined>
}

/** What the session was and what it is; the same object where nothing has changed. */
export interface Change {
  before: Session
  after: Session
}

/** Where the session is kept. */
export interface SessionStore {
  /** The session as this worker last saw it, without asking the store; undefined where it has to be asked. */
  readonly cached: Session | undefined
  /** Asks the store. A change is one that nobody announced, such as a store that the user has cleared. */
  load(): Promise<Change>
  /** Reads, decides and writes in one transaction, so that of two workers only one makes the change. */
  apply(event: SessionEvent): Promise<Change>
  /** Resolves once all that was applied is written, or after a few more tries. */
  written(): Promise<void>
}

/** Excludes the other workers of the broker (an old and a new version may be alive at once). */
export interface RefreshLock {
  /**
   * Runs `critical` while no other worker does.
   * @param limit how long to wait for the lock, ms
   * @returns undefined where the lock was not to be had in time
   */
  run<T>(limit: number, critical: () => Promise<T>): Promise<T | undefined>
}

/** What came of a token request. `retryAfter` in ms. */
export type RefreshResult =
  | { type: 'tokens'; tokens: TokenSet }
  | { type: 'rejected' }
  | { type: 'failed'; failure: RefreshFailure; retryAfter: number }

export type SendLogout = (session: ActiveSession) => Promise<Response>

/** The server side of the session. */
export interface TokenEndpoint {
  /** Whether these tokens can be refreshed at all. */
  canRefresh(tokens: TokenSet): boolean
  /** Whether the access token is what refreshes, so that one which the API has refused is good for nothing. */
  readonly refusalIsFinal?: boolean
  /** Never rejects: every outcome is a result. */
  refresh(session: ActiveSession): Promise<RefreshResult>
  /**
   * Tells the server that a session is over, which is in the store no more.
   * @param send a page's own way to say so
   * @returns the answer; undefined where there is nobody to be told
   * @throws where the server cannot be reached
   */
  revoke(session: ActiveSession, send?: SendLogout): Promise<Response | undefined>
}

/** Sends a request past the broker: in a page the global `fetch` may be the broker's own. */
export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>

/** Keeps the worker alive until the promise settles, whatever becomes of the page (`ExtendableEvent.waitUntil`). */
export type Extend = (promise: Promise<unknown>) => void

/** Who waits for the answer to a request. */
export interface Asker {
  extend: Extend
  /** The page's id. */
  page?: string
  /** Whether the page is still there. */
  isWanted: () => Promise<boolean>
  /** Told as the answer to a protected request begins. */
  begins?: (response: Response) => void
}

/** Posts to every window of the origin. */
export interface Announcer {
  post(announcements: readonly Announcement[]): Promise<void>
}
