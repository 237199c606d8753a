import {
  mayContinue,
  type ActiveSession,
  type Basis,
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
 * Keeps refused requests until their user has logged in again, so that a long-typed form is not lost. Each resolves with
 * the session to go on with, or with undefined where the request must be answered as it is: another user logged in, a
 * logout, the time limit. Undefined at once where it cannot be held: too many or too large requests, a user of no name.
 */
export interface HeldRequests {
  untilLogin(lost: LostSession, refused: RefusedRequest): Promise<ActiveSession | undefined> | undefined
  /** For a login that is newer than the one which was not strong or fresh enough. */
  untilStepUp(weak: ActiveSession, refused: RefusedRequest): Promise<ActiveSession | undefined> | undefined
}

type Hold = (
  began: Basis,
  subject: string | undefined,
  refused: RefusedRequest,
  isOver: (session: Session) => boolean,
) => Promise<ActiveSession | undefined> | undefined

/** @param limit how long a request is held, ms */
export function holder(keeper: SessionKeeper, clock: Clock, limit: number): Hold {
  let count = 0
  let held = 0

  const wait = async (
    began: Basis,
    subject: string,
    bytes: number,
    isOver: (session: Session) => boolean,
  ): Promise<ActiveSession | undefined> => {
    count++
    held += bytes
    const waiting = new AbortController()
    try {
      const session = await clock.within(limit, keeper.until(isOver, waiting.signal))
      return session && mayContinue(session, began, subject) ? session : undefined
    } finally {
      waiting.abort()
      count--
      held -= bytes
    }
  }

  return (began, subject, { bytes }, isOver) => {
    // Nobody can be told to be the same user.
    if (subject === undefined || count >= MOST_REQUESTS || held + bytes > MOST_BYTES) return undefined
    return wait(began, subject, bytes, isOver)
  }
}

/** @param limit how long a request is held, ms */
export function heldRequests(keeper: SessionKeeper, clock: Clock, limit: number): HeldRequests {
  const hold = holder(keeper, clock, limit)
  return {
    untilLogin: (lost, refused) =>
      hold(lost, lost.subject, refused, ({ status }) => status !== 'login-required'),
    untilStepUp: (weak, refused) =>
      hold(
        weak,
        weak.tokens.subject,
        refused,
        (session) =>
          session.status === 'anonymous' ||
          (session.status === 'active' && session.sessionId !== weak.sessionId),
      ),
  }
}
