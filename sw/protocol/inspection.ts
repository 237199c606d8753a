import type { SessionInfo } from './messages.ts'

/** Something that the broker has done or seen. */
export interface TimelineEntry {
  /** ms since the epoch */
  at: number
  /**
   * `request`: of a page. `send`: to a server; the second one of a request is its replay. `held`: a refused request waits
   * for its user; then `released`: it goes out again, or `given-up`: its page gets the refusal. `message`: to the pages.
   * Else what has happened to the session: `logged-in`, `refresh-started`, `refreshed`, `refresh-failed`, `lost`, …
   */
  type: string
  /** Method and address without query, or the type of a message. */
  what?: string
  /** The page's id, shortened. */
  page?: string
  /** HTTP status; 0 where there was no answer. Absent while it is under way. */
  status?: number
  /** How long a request, or the wait of a held one, took, ms; absent as long as it does. */
  took?: number
  /** What a held request waits for. */
  until?: 'login' | 'step-up'
  generation?: number
  /** Of a `broker-error` or a refresh that failed. */
  code?: string
}

/** What a broker tells a developer of itself: no token, and nothing from which one could be had. */
export interface Inspection {
  session: SessionInfo
  /** Tells sessions apart. */
  sessionHash?: string
  generation?: number
  /** When the next refresh is due, ms since the epoch. */
  refreshAt?: number
  /** Tells the worker that answers from others. */
  worker: string
  /** Oldest first; since this worker has started, and the last 200 at most. */
  timeline: TimelineEntry[]
}
