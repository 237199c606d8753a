import type { Authorizer } from '../authorize-request.ts'
import type { Announcer, Clock, RefreshLock, SessionStore, TokenEndpoint } from '../platform/ports.ts'
import type { Refresher } from '../refresh-session.ts'
import type { SessionKeeper } from '../session-keeper.ts'
import type { Invariant } from './invariants.ts'

/** A fault put into the product on purpose: wrappers around its parts that take a safeguard away. */
export interface Mutation {
  /** What the explorer must find. */
  breaks?: Invariant
  lock?: (lock: RefreshLock) => RefreshLock
  store?: (store: SessionStore) => SessionStore
  clock?: (clock: Clock) => Clock
  endpoint?: (endpoint: TokenEndpoint, clock: Clock) => TokenEndpoint
  announcer?: (announcer: Announcer, clock: Clock) => Announcer
  authorize?: (authorize: Authorizer) => Authorizer
  /** Of the refresher, of the logout. */
  refresherKeeper?: (keeper: SessionKeeper) => SessionKeeper
  logoutKeeper?: (keeper: SessionKeeper) => SessionKeeper
  refresher?: (make: () => Refresher) => Refresher
  requests?: (keeper: SessionKeeper, refresher: Refresher) => { keeper: SessionKeeper; refresher: Refresher }
  isDeaf?: boolean
}

export const NONE: Mutation = {}
