import type { Session } from '../core/session.ts'
import type { Family } from './server-model.ts'
import type { LiveWorker } from './worker.ts'

/** A request of a page. */
export interface PageRequest {
  readonly id: number
  readonly tab: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body: string | undefined
  /** The sessions that were logged out before it was made. */
  readonly after: ReadonlySet<Family>
  dispatches: number
  /** 0 for a rejected `fetch`. */
  status: number | undefined
  onAnswer: (status: number, body: string) => void
}

/** A fetch event: a request as one worker has it. */
export interface Dispatch {
  readonly request: PageRequest
  readonly worker: LiveWorker
  readonly name: string
  /** ms */
  readonly startedAt: number
  readonly sleptBefore: number
  /** How long the API took, ms: no fault of ours. */
  apiTime: number
  /** The session that the worker found when it took the request up. */
  began: Session | undefined
  /** What the server began for it, where it is a login. */
  login: Family | undefined
  sent: number
}
