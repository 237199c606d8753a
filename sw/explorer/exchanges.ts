import type { Session } from '../core/session.ts'
import type { Dispatch } from './dispatch.ts'
import type { Family } from './server-model.ts'
import type { World, WorkerLife } from './world.ts'

/** One use of a refresh token by a worker. */
export interface Exchange {
  worker: WorkerLife
  refreshToken: string
  /** `later`: the server said "not now". `lost`: no answer came. `died`: the worker did, before it stored the answer. */
  outcome: 'pending' | 'tokens' | 'rejected' | 'later' | 'lost' | 'died'
  /** The refresh token that the server gave for it. */
  successor: string | undefined
  isStored: boolean
  hadStoreFault: boolean
  /** How many requests had been taken up when it died. */
  diedAfter: number | undefined
}

/** What was sent to the token endpoint, and what the invariants say of that. */
export class Exchanges {
  readonly #all: Exchange[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** A worker sends a refresh token. */
  add(worker: WorkerLife, refreshToken: string): Exchange {
    const { hadStoreFault, invariants, server, slept } = this.#world
    const family = server.familyOf(refreshToken)
    // Who has slept finds all time limits over at once, and a session that was logged out has nothing to lose.
    const isHarmless = slept > 0 && family !== undefined && invariants.hasEnded(family)
    for (const other of isHarmless ? [] : this.#all) {
      const isOfSame = server.familyOf(other.refreshToken) === family
      if (other.outcome === 'pending' && other.worker.alive && isOfSame)
        invariants.broken('at most one refresh in flight', `w${other.worker.id} and w${worker.id}`)
      const isAnswered = other.outcome === 'tokens' || other.outcome === 'rejected'
      if (other.refreshToken === refreshToken && isAnswered && !(hadStoreFault && !other.isStored))
        invariants.broken(
          'no refresh token is sent twice unless its answer was lost',
          `${refreshToken} by w${other.worker.id} and w${worker.id}`,
        )
    }
    const exchange: Exchange = {
      worker,
      refreshToken,
      outcome: 'pending',
      successor: undefined,
      isStored: false,
      hadStoreFault,
      diedAfter: undefined,
    }
    this.#all.push(exchange)
    return exchange
  }

  stored(session: Session): void {
    for (const exchange of this.#all) {
      if (session.status === 'active' && exchange.successor === session.tokens.refreshToken)
        exchange.isStored = true
      if (session.status === 'login-required' && exchange.outcome === 'rejected') exchange.isStored = true
    }
  }

  /** @param begun how many requests have been taken up by now */
  died(worker: WorkerLife, begun: number): void {
    for (const exchange of this.#all)
      if (exchange.worker === worker && !exchange.isStored && isOpen(exchange)) {
        exchange.outcome = 'died'
        exchange.diedAfter = begun
      }
  }

  /**
   * A refresh that died with its worker must be tried again by the first request that comes.
   * @param began the requests that have been taken up, in order
   */
  checkDeaths(refreshToken: string, family: Family, began: readonly Dispatch[]): void {
    const { invariants, scenario, slept } = this.#world
    const uses = this.#all.filter((exchange) => exchange.refreshToken === refreshToken)
    if (uses.some(({ outcome, hadStoreFault }) => outcome === 'lost' || outcome === 'later' || hadStoreFault))
      return
    const diedAfter = Math.max(...uses.map((exchange) => exchange.diedAfter ?? 0))
    const end = (family.used.get(refreshToken)?.at ?? 0) + scenario.reuseWindow
    const chance = began
      .slice(diedAfter)
      .find(
        (dispatch) =>
          dispatch.sleptBefore === slept &&
          dispatch.startedAt < end - 1000 &&
          dispatch.began?.status === 'active' &&
          dispatch.began.tokens.refreshToken === refreshToken &&
          (dispatch.worker.alive || (dispatch.worker.diedAt ?? 0) > end),
      )
    if (chance)
      invariants.broken(
        'with a reuse window no death loses a session',
        `${chance.name} could have refreshed ${refreshToken} again`,
      )
  }
}

const isOpen = ({ outcome }: Exchange): boolean => ['pending', 'tokens', 'rejected'].includes(outcome)
