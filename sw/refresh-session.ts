import type { Announcement } from './protocol/messages.ts'
import { backOff } from './core/back-off.ts'
import {
  isBackingOff,
  isCurrent,
  isSameSession,
  type Basis,
  type RefreshFailure,
  type Session,
  type TokenSet,
} from './core/session.ts'
import { isRefreshDue, type RefreshStarted } from './core/transition.ts'
import type { Clock, Extend, RefreshLock, RefreshResult, TokenEndpoint } from './platform/ports.ts'
import { newSessionId } from './platform/session-id.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What the session is after a refresh; `failure` where it is as it was before. */
export interface RefreshOutcome {
  session: Session
  failure?: RefreshFailure
}

export interface RefreshOptions {
  /** Try although a back-off holds: the network has just come back. */
  ignoreBackOff?: boolean
  /** The API has refused the access token. */
  isRefused?: boolean
}

/** Refreshes the session, exactly once per generation. */
export interface Refresher {
  /**
   * @param basis the token that must be replaced; if it was already, nothing is sent
   * @returns within the limit that a request may wait; the refresh itself goes on
   */
  refresh(basis: Basis, extend: Extend, options?: RefreshOptions): Promise<RefreshOutcome>
}

export interface RefresherPorts {
  keeper: SessionKeeper
  lock: RefreshLock
  endpoint: TokenEndpoint
  clock: Clock
  /** How long a request waits for lock and refresh together, ms. */
  waitLimit: number
}

export function refresher({ keeper, lock, endpoint, clock, waitLimit }: RefresherPorts): Refresher {
  let inFlight: (Basis & { outcome: Promise<RefreshOutcome> }) | undefined

  /** Runs under the lock. */
  const exchange = async (started: RefreshStarted, isFinal: boolean): Promise<RefreshOutcome> => {
    // Journal and re-read are one transaction: the store may have moved on while this worker waited.
    const session = await keeper.dispatch(started)
    if (!isCurrent(session, started.basis)) return { session }
    if (!isRefreshDue(session, started)) return withFailure(session)
    if (!endpoint.canRefresh(session.tokens) || isFinal) {
      const reason = session.tokens.accessToken === '' ? 'tokens-not-kept' : 'no-refresh-token'
      return { session: await keeper.dispatch({ type: 'lost', basis: started.basis, reason }) }
    }
    return settle(started.basis, session, await endpoint.refresh(session))
  }

  const settle = async (basis: Basis, session: Session, result: RefreshResult): Promise<RefreshOutcome> => {
    switch (result.type) {
      case 'tokens': {
        if (isOtherUser(session, result.tokens))
          return {
            session: await keeper.dispatch({
              type: 'logged-in',
              sessionId: newSessionId(),
              tokens: result.tokens,
            }),
          }
        const after = await keeper.dispatch({ type: 'refreshed', basis, tokens: result.tokens })
        // The session ended meanwhile, so these tokens are nobody's: the server should not go on honouring them. A cookie
        // may be the next session's.
        if (!isSameSession(after, basis) && result.tokens.refreshToken !== undefined)
          void endpoint.revoke(result.tokens)
        return { session: after }
      }
      case 'rejected':
        return { session: await keeper.dispatch({ type: 'lost', basis, reason: 'invalid_grant' }) }
      case 'failed': {
        const previous = session.status === 'active' ? session.backOff : undefined
        const { failure, retryAfter } = result
        const pause = backOff(previous, failure, clock.now(), retryAfter, clock.random())
        const after = await keeper.dispatch({ type: 'refresh-failed', basis, backOff: pause })
        if (failure.kind === 'misconfigured' || failure.code === 'invalid-token-response')
          await keeper.tell(brokerError(failure))
        return isCurrent(after, basis) ? { session: after, failure } : { session: after }
      }
    }
  }

  const run = async (basis: Basis, options: RefreshOptions): Promise<RefreshOutcome> => {
    const isFinal = options.isRefused === true && endpoint.refusalIsFinal === true
    const ignoreBackOff = options.ignoreBackOff === true || isFinal
    const session = await keeper.current()
    // Spares the lock and the transaction to the many requests that arrive during a back-off.
    if (isCurrent(session, basis) && !ignoreBackOff && isBackingOff(session, clock.now()))
      return withFailure(session)
    const outcome = await lock.run(waitLimit, () =>
      exchange({ type: 'refresh-started', basis, at: clock.now(), ignoreBackOff }, isFinal),
    )
    return outcome ?? { session: await keeper.current(), failure: LOCKED }
  }

  return {
    async refresh(basis, extend, options = {}) {
      if (inFlight?.sessionId !== basis.sessionId || inFlight.generation !== basis.generation) {
        const outcome = run(basis, options)
        const flight = { ...basis, outcome }
        inFlight = flight
        const landed = (): void => {
          if (inFlight === flight) inFlight = undefined
        }
        outcome.then(landed, landed)
      }
      const { outcome } = inFlight
      extend(outcome)
      return (
        (await clock.within(waitLimit, outcome)) ?? { session: await keeper.current(), failure: TOO_LONG }
      )
    },
  }
}

/** A refresh by cookie continues whoever has logged in with the cookie: that is another session. */
const isOtherUser = (session: Session, tokens: TokenSet): boolean =>
  session.status === 'active' &&
  session.tokens.subject !== undefined &&
  tokens.subject !== undefined &&
  session.tokens.subject !== tokens.subject

const withFailure = (session: Session): RefreshOutcome =>
  session.status === 'active' && session.backOff ? { session, failure: session.backOff.failure } : { session }

const brokerError = ({ code, message, status, error, member }: RefreshFailure): Announcement => ({
  type: 'broker-error',
  code,
  message,
  status,
  error,
  member,
})

const TOO_LONG: RefreshFailure = {
  kind: 'network',
  code: 'refresh-timeout',
  message: 'The refresh took longer than a request may wait. The session is kept.',
}
const LOCKED: RefreshFailure = {
  kind: 'http',
  code: 'refresh-locked',
  message:
    'Another worker of this origin has been refreshing for longer than a request may wait. The session is kept.',
}
