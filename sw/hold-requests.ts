import { mayContinue, type ActiveSession, type LostSession } from './core/session.ts'
import type { Clock } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

const MOST_REQUESTS = 100
const MOST_BYTES = 10 * 2 ** 20

/** Keeps refused requests until their user has logged in again, so that a long-typed form is not lost. */
export interface HeldRequests {
  /**
   * @param bytes of the request's body
   * @returns the session to go on with; undefined where the request must be answered as it is: another user logged in,
   *   a logout, the time limit, too many or too large requests
   */
  hold(lost: LostSession, bytes: number): Promise<ActiveSession | undefined>
}

/** @param limit how long a request is held, ms */
export function heldRequests(keeper: SessionKeeper, clock: Clock, limit: number): HeldRequests {
  let count = 0
  let held = 0
  return {
    async hold(lost, bytes) {
      // Nobody can be told to be the same user.
      if (lost.subject === undefined || count >= MOST_REQUESTS || held + bytes > MOST_BYTES) return undefined
      count++
      held += bytes
      const waiting = new AbortController()
      try {
        const session = await clock.within(
          limit,
          keeper.until(({ status }) => status !== 'login-required', waiting.signal),
        )
        return session && mayContinue(session, lost, lost.subject) ? session : undefined
      } finally {
        waiting.abort()
        count--
        held -= bytes
      }
    },
  }
}
