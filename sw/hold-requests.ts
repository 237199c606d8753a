import {
  isSameSession,
  mayContinue,
  subjectOf,
  type ActiveSession,
  type LostSession,
  type Session,
} from './core/session.ts'
import type { Clock } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

const MOST_REQUESTS = 100
const MOST_BYTES = 10 * 2 ** 20

/** A request that its server has refused. */
export interface RefusedRequest {
  request: Request
  /** Of its body. */
  bytes: number
}

/**
 * Keeps a refused request until its user has logged in again, so that a long-typed form is not lost.
 * @param began the session that was lost, or one whose login was not strong or fresh enough
 * @returns the session to go on with, or undefined where the request must be answered as it is: another user logged in, a
 *   logout, the time limit. Undefined at once where it cannot be held: too many or too large requests, a user of no name.
 */
export type HoldRequest = (
  began: ActiveSession | LostSession,
  refused: RefusedRequest,
) => Promise<ActiveSession | undefined> | undefined

/**
 * @param limit how long a request is held, ms
 * @param isOver whether there is nothing more to wait for
 */
export function requestHolder(
  keeper: SessionKeeper,
  clock: Clock,
  limit: number,
  isOver: (session: Session, began: ActiveSession | LostSession) => boolean = hasMovedOn,
): HoldRequest {
  let count = 0
  let held = 0

  const wait: (...request: Parameters<HoldRequest>) => Promise<ActiveSession | undefined> = async (
    began,
    { bytes },
  ) => {
    count++
    held += bytes
    const waiting = new AbortController()
    try {
      const next = keeper.until((session) => isOver(session, began), waiting.signal)
      const session = await clock.within(limit, next)
      return session && mayContinue(session, began, subjectOf(began)) ? session : undefined
    } finally {
      waiting.abort()
      count--
      held -= bytes
    }
  }

  return (began, refused) => {
    const isTooMuch = count >= MOST_REQUESTS || held + refused.bytes > MOST_BYTES
    // A user of no name can be told to be nobody's same.
    return isTooMuch || subjectOf(began) === undefined ? undefined : wait(began, refused)
  }
}

/** A login, or a logout; a loss alone may still end in one. */
const hasMovedOn = (session: Session, began: ActiveSession | LostSession): boolean =>
  session.status !== 'login-required' && !isSameSession(session, began)
