import type { LostSession, Session } from './core/session.ts'
import { awaitsSilentLogin, SILENT_LOGIN_LIMIT, timeLeft } from './core/silent-login.ts'
import { requestHolder, type HoldRequest } from './hold-requests.ts'
import type { Clock } from './platform/ports.ts'
import { offerToVisiblePages } from './platform/visible-pages.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** How long the pages have to say that one of them takes it, ms. */
const TAKER_LIMIT = 2000
/** A login that comes in time may still have its code to exchange, ms. */
const HOLD_LIMIT = SILENT_LOGIN_LIMIT + 2000

/**
 * Tries once, before the pages are told that a session is lost, whether the authorization server still knows the user:
 * `prompt=none` in a hidden frame of a visible page. Whatever does not bring a login within 10 s ends in `login-required`.
 */
export interface SilentLoginFlow {
  /** Whether the pages need not know of this session's loss yet. */
  awaits(session: Session): session is LostSession
  /** Begins the one attempt, or waits for the end of one that a worker before this one has begun. */
  begin(lost: LostSession, keeper: SessionKeeper): void
  /** What the page with this offer is to frame: once, and for an offer of this worker alone. */
  take(id: string): string | undefined
  /** Lets requests wait for the end of the attempt, so that a user who is still known notices nothing. */
  holder(keeper: SessionKeeper): HoldRequest
}

export interface SilentLoginPorts {
  /** Of the broker. */
  name: string
  clock: Clock
  /** The address of an authorization request with `prompt=none` (OpenID Connect Core 1.0 §3.1.2.1). */
  address: (lost: LostSession) => Promise<string>
}

export function silentLogin({ name, clock, address }: SilentLoginPorts): SilentLoginFlow {
  /** The addresses that pages may ask for. */
  const offers = new Map<string, { frame: string; take: (isTaken: true) => void }>()
  const underWay = new Set<string>()
  const awaits = (session: Session): session is LostSession => awaitsSilentLogin(session, clock.now())

  /** Whether a page has taken the offer. */
  const offer = async (lost: LostSession): Promise<boolean> => {
    const frame = await address(lost)
    const id = crypto.randomUUID()
    const taken = new Promise<true>((take) => offers.set(id, { frame, take }))
    const isThere = await offerToVisiblePages(name, id)
    const isTaken = isThere && (await clock.within(TAKER_LIMIT, taken)) === true
    offers.delete(id)
    return isTaken
  }

  /** Resolves when the session is another one, or the time is over. */
  const attempt = async (lost: LostSession, keeper: SessionKeeper): Promise<void> => {
    const at = clock.now()
    // Stored before anything is sent: a worker that dies does not try again.
    const { before, after } = await keeper.change({ type: 'silent-login-started', basis: lost, at })
    if (!awaits(after) || (before !== after && !(await offer(lost)))) return
    const waiting = new AbortController()
    await clock.within(
      timeLeft(after, clock.now()),
      keeper.until((session) => !awaits(session), waiting.signal),
    )
    waiting.abort()
  }

  return {
    awaits,
    begin(lost, keeper) {
      const { sessionId } = lost
      if (underWay.has(sessionId)) return
      underWay.add(sessionId)
      void attempt(lost, keeper)
        .catch(() => undefined)
        .then(() => keeper.dispatch({ type: 'silent-login-ended', basis: lost }))
        .catch(() => undefined)
        .finally(() => underWay.delete(sessionId))
    },
    take(id) {
      const offered = offers.get(id)
      offers.delete(id)
      offered?.take(true)
      return offered?.frame
    },
    holder(keeper) {
      const hold = requestHolder(keeper, clock, HOLD_LIMIT, (session) => !awaits(session))
      return (began, refused) => (began.status === 'login-required' ? hold(began, refused) : undefined)
    },
  }
}
