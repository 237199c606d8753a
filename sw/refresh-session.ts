import type { Announcement } from './protocol/messages.ts'
import { backOff } from './core/back-off.ts'
import {
  isCurrent,
  isSameSession,
  type ActiveSession,
  type Basis,
  type RefreshFailure,
  type Session,
  type TokenSet,
} from './core/session.ts'
import { sessionFor } from './core/resource-access.ts'
import { isHeldOff, type RefreshStarted, type SessionEvent } from './core/transition.ts'
import type { Clock, Extend, RefreshLock, RefreshResult, TokenEndpoint } from './platform/ports.ts'
import { digestOf } from './platform/token-digest.ts'
import { newSessionId } from './platform/session-id.ts'
import { confirmed } from './end-session.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What the session is after a refresh; `failure` where it is as it was before. */
export interface RefreshOutcome {
  session: Session
  failure?: RefreshFailure | undefined
}

export interface RefreshOptions {
  /** Try although a back-off holds: the network has just come back. */
  ignoreBackOff?: boolean
  /** The API has refused the access token. */
  isRefused?: boolean
}

/** Refreshes the session and its access tokens, exactly once per generation of each. */
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
  /** Whether pages keep the access token, so that the former ones must be known. */
  reveal?: boolean
}

export function refresher({ keeper, lock, endpoint, clock, waitLimit, reveal }: RefresherPorts): Refresher {
  /** By resource: one lock orders them all, since each spends and rotates the one refresh token. */
  const inFlight = new Map<string | undefined, Basis & { outcome: Promise<RefreshOutcome> }>()

  /** Of the session, what has to do with the token that `basis` means. */
  const dispatch = async ({ resource }: Basis, event: SessionEvent): Promise<Session> =>
    sessionFor(await keeper.dispatch(event), resource)

  /** Runs under the lock. */
  const exchange = async (started: RefreshStarted, isFinal: boolean): Promise<RefreshOutcome> => {
    // Journal and re-read are one transaction: the store may have moved on while this worker waited.
    const session = await dispatch(started.basis, started)
    if (!isCurrent(session, started.basis)) return { session }
    if (isHeldOff(session, started)) return { session, failure: session.backOff?.failure }
    // Where it is one for a further API that is not to be had, the session's own is as good as it was.
    if (started.basis.resource === undefined && (!endpoint.canRefresh(session.tokens) || isFinal)) {
      const reason = session.tokens.accessToken === '' ? 'tokens-not-kept' : 'no-refresh-token'
      return { session: await keeper.dispatch({ type: 'lost', basis: started.basis, reason }) }
    }
    return settle(started.basis, session, await endpoint.refresh(session))
  }

  const settle = async (
    basis: Basis,
    session: ActiveSession,
    result: RefreshResult,
  ): Promise<RefreshOutcome> => {
    const { accessToken, refreshToken: spent } = session.tokens
    switch (result.type) {
      case 'tokens': {
        const { tokens } = result
        if (isOtherUser(session, tokens)) {
          const [sessionId, replaces] = [newSessionId(), session.sessionId]
          return { session: await keeper.dispatch({ type: 'logged-in', sessionId, replaces, tokens }) }
        }
        const retired = reveal && accessToken !== '' ? await digestOf(accessToken) : undefined
        const after = await dispatch(basis, { type: 'refreshed', basis, tokens, spent, retired })
        // The session ended meanwhile, so these tokens are nobody's: the server should not go on honouring them. A cookie
        // may be the next session's.
        const refreshToken = tokens.refreshToken ?? (after.status === 'active' ? undefined : spent)
        if (!isSameSession(after, basis) && refreshToken !== undefined) {
          const left = { ...session, refreshStartedAt: undefined, tokens: { ...tokens, refreshToken } }
          void confirmed(keeper, endpoint.revoke(left))
        }
        return { session: after }
      }
      case 'rejected':
        return { session: await dispatch(basis, { type: 'lost', basis, reason: 'invalid_grant', spent }) }
      case 'failed': {
        const { failure, retryAfter } = result
        const pause = backOff(session.backOff, failure, clock.now(), retryAfter, clock.random())
        const after = await dispatch(basis, { type: 'refresh-failed', basis, backOff: pause })
        if (failure.kind === 'misconfigured' || failure.code === 'invalid-token-response')
          await keeper.tell(brokerError(failure))
        return isCurrent(after, basis) ? { session: after, failure } : { session: after }
      }
    }
  }

  const current = async ({ resource }: Basis): Promise<Session> =>
    sessionFor(await keeper.current(), resource)

  const run = async (basis: Basis, options: RefreshOptions): Promise<RefreshOutcome> => {
    const isFinal = options.isRefused === true && endpoint.refusalIsFinal === true
    const ignoreBackOff = options.ignoreBackOff === true || isFinal
    const session = await current(basis)
    const started = { type: 'refresh-started', basis, at: clock.now(), ignoreBackOff } as const
    // Spares the lock and the transaction to the many requests that arrive during a back-off.
    if (isCurrent(session, basis) && isHeldOff(session, started))
      return { session, failure: session.backOff?.failure }
    return new Promise((resolve, reject) => {
      lock
        .run(waitLimit, async () => {
          resolve(await exchange(started, isFinal))
          // Where the store has failed, this worker alone knows the new refresh token: who is next must not send the old one.
          await keeper.stored()
          return true
        })
        .then(async (isRun) => {
          if (!isRun) resolve({ session: await current(basis), failure: LOCKED })
        })
        .catch(reject)
    })
  }

  return {
    async refresh({ sessionId, generation, resource }, extend, options = {}) {
      const basis: Basis = { sessionId, generation, resource }
      let flight = inFlight.get(resource)
      if (flight?.sessionId !== sessionId || flight.generation !== generation) {
        const begun = (flight = { ...basis, outcome: run(basis, options) })
        inFlight.set(resource, begun)
        const landed = (): void => {
          if (inFlight.get(resource) === begun) inFlight.delete(resource)
        }
        begun.outcome.then(landed, landed)
      }
      const { outcome } = flight
      extend(outcome)
      return (await clock.within(waitLimit, outcome)) ?? { session: await current(basis), failure: TOO_LONG }
    },
  }
}

/** A refresh by cookie continues whoever has logged in with the cookie: that is another session. */
const isOtherUser = ({ tokens: { subject } }: ActiveSession, tokens: TokenSet): boolean =>
  subject !== undefined && tokens.subject !== undefined && subject !== tokens.subject

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
  message: 'The refresh takes longer than a request may wait. The session is kept.',
}
const LOCKED: RefreshFailure = {
  kind: 'http',
  code: 'refresh-locked',
  message: 'Another worker refreshes for longer than a request may wait. The session is kept.',
}
