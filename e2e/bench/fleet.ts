// A fleet of sessions whose token endpoint is down for a while, in virtual time. The endpoint has no limit of its own,
// so sessions do not influence each other and are run one after the other.
import { randomFrom, type Random } from '../random.ts'
import type { Strategy } from './fleet-strategies.ts'

export interface Fleet {
  sessions: number
  /** Life of the access tokens, s. */
  lifetime: number
  /** The outage, s from the start; not before every session has refreshed once. */
  downFrom: number
  downUntil: number
  /** What a request that fails is answered with. */
  retryAfter: RetryAfter
  seed: number
}

/** The `Retry-After` of the answers during the outage: none, so many seconds, or the date of its end. */
export type RetryAfter = 'none' | 'date' | number

/** How long a request that fails takes, ms. */
export const FAILING = 1000

export interface Rates {
  /** Token requests a second, at their peak. */
  before: number
  during: number
  /** Within the first half of a token's life after the recovery. */
  after: number
  /** After that, when the tokens of the recovery fall due. */
  echo: number
  /** Between the end of the outage and a session's next token, s. */
  meanWait: number
  requests: number
}

/** Runs `strategy` for each session of the fleet. */
export function simulate(fleet: Fleet, strategy: Strategy): Rates {
  const { sessions, lifetime, downFrom, downUntil, seed } = fleet
  const end = downUntil + 2 * lifetime
  const random = randomFrom(seed)
  const perSecond = new Uint32Array(end)
  let waited = 0
  for (let count = 0; count < sessions; count++) waited += runSession(fleet, strategy, random, perSecond)

  const half = downUntil + Math.floor(lifetime / 2)
  return {
    before: peak(perSecond.subarray(lifetime, downFrom)),
    during: peak(perSecond.subarray(downFrom, downUntil)),
    after: peak(perSecond.subarray(downUntil, half)),
    echo: peak(perSecond.subarray(half)),
    meanWait: waited / sessions / 1000,
    requests: perSecond.reduce((sum, rate) => sum + rate, 0),
  }
}

/** @returns how long the session waited for a token after the end of the outage, ms; 0 if it did not have to */
function runSession(fleet: Fleet, strategy: Strategy, random: Random, perSecond: Uint32Array): number {
  const lifetime = fleet.lifetime * 1000
  const downFrom = fleet.downFrom * 1000
  const downUntil = fleet.downUntil * 1000
  const end = perSecond.length * 1000
  // The logins are spread over the first token life.
  const session = strategy(random() * lifetime, fleet.lifetime, random)
  let hasFailed = false
  let waited = 0
  for (let now = session.next(0); now < end;) {
    const second = Math.floor(now / 1000)
    perSecond[second] = (perSecond[second] ?? 0) + 1
    if (now >= downFrom && now < downUntil) {
      hasFailed = true
      const failedAt = now + FAILING
      session.failed(failedAt, retryAfterAt(fleet, failedAt))
      now = session.next(failedAt)
    } else {
      if (hasFailed) waited = now - downUntil
      hasFailed = false
      session.refreshed(now)
      now = session.next(now)
    }
  }
  return waited
}

/** ms from now, as the library reads either form of the header */
function retryAfterAt({ retryAfter, downUntil }: Fleet, now: number): number {
  if (retryAfter === 'none') return 0
  return retryAfter === 'date' ? Math.max(0, downUntil * 1000 - now) : retryAfter * 1000
}

const peak = (rates: Uint32Array): number => rates.reduce((most, rate) => Math.max(most, rate), 0)
