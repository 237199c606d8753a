import { are, areMaybe, isObject } from '../protocol/guards.ts'

/** A login that has left for the authorization server and may come back. */
export interface LoginAttempt {
  codeVerifier: string
  nonce: string
  /** Path of the app to go on with. */
  returnTo: string
  /** s; what the login asked for, so that its answer can be held to it. */
  maxAge?: number
  /** Whether the login runs in a window of its own. */
  isPopup: boolean
  /** The query of the link that begins the same login anew; absent where an older worker began it. */
  again?: string
  /** The lost session that a silent login is to replace; undefined where a person logs in. */
  silentFor?: string
  /** ms since the epoch */
  startedAt: number
}

/** How long a login may take, ms. */
const LIFE = 30 * 60_000
/** Tabs that log in at once; the oldest attempt is given up for a new one. */
const MOST = 20

export type LoginAttempts = Readonly<Record<string, LoginAttempt>>

/** What of a stored record can still be used at `now`. */
export function readAttempts(value: unknown, now: number): LoginAttempts {
  const entries = isObject(value) ? Object.entries(value) : []
  return Object.fromEntries(
    entries.filter((entry): entry is [string, LoginAttempt] => isAttempt(entry[1]) && isAlive(entry[1], now)),
  )
}

export function withAttempt(attempts: LoginAttempts, state: string, attempt: LoginAttempt): LoginAttempts {
  const kept = Object.entries(attempts)
    .toSorted(([, a], [, b]) => b.startedAt - a.startedAt)
    .slice(0, MOST - 1)
  return { ...Object.fromEntries(kept), [state]: attempt }
}

/** Takes an attempt out: a `state` is good for one callback. */
export function withoutAttempt(
  attempts: LoginAttempts,
  state: string,
): { attempt: LoginAttempt | undefined; rest: LoginAttempts } {
  const { [state]: attempt, ...rest } = attempts
  return { attempt: Object.hasOwn(attempts, state) ? attempt : undefined, rest }
}

const isAlive = ({ startedAt }: LoginAttempt, now: number): boolean =>
  now >= startedAt && now - startedAt < LIFE

const isAttempt = (value: unknown): value is LoginAttempt =>
  isObject(value) &&
  are('string', value.codeVerifier, value.nonce, value.returnTo) &&
  are('boolean', value.isPopup) &&
  are('number', value.startedAt) &&
  areMaybe('string', value.silentFor, value.again)
