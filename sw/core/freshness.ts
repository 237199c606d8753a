import type { TokenSet } from './session.ts'

/** Early refresh begins at most this long before expiry, s. */
const EARLY_REFRESH_MAX = 60
const EARLY_REFRESH_SHARE = 1 / 5

/** What is to live longer is a mistake in the unit, s. */
const LONGEST = 10 * 365 * 86_400

export type Freshness = 'fresh' | 'due' | 'expired'

/**
 * When a token that lives `lifetime` (s) from `receivedAt` (ms) expires and when its refresh is due. `random` (0 to 1)
 * spreads the sessions that began together, so that a fleet does not come back as a herd.
 */
export function schedule(
  receivedAt: number,
  lifetime: number | undefined,
  random: number,
): Pick<TokenSet, 'receivedAt' | 'expiresAt' | 'refreshAt'> {
  if (lifetime === undefined) return { receivedAt }
  const expiresAt = receivedAt + lifetime * 1000
  const early = Math.min(EARLY_REFRESH_MAX, lifetime * EARLY_REFRESH_SHARE) * (0.5 + random / 2)
  return { receivedAt, expiresAt, refreshAt: Math.round(expiresAt - early * 1000) }
}

/** `due`: good, but time for a refresh. A clock that was set back says nothing about expiry, so the token is due. */
export function freshness(tokens: TokenSet, now: number): Freshness {
  if (tokens.expiresAt === undefined || tokens.refreshAt === undefined) return 'fresh'
  if (now >= tokens.expiresAt) return 'expired'
  return now >= tokens.refreshAt || now < tokens.receivedAt ? 'due' : 'fresh'
}

/**
 * How long a token lives, s. Only differences between times of one clock are used: `expires_in` (RFC 6749 §5.1), a
 * JWT's `exp − iat`, or `exp` minus the answer's own `Date`, which also measures a member that says when it expires.
 * @param expiresIn as on the wire, in `unit`
 * @param serverDate ms since the epoch
 * @param expiresAt what the answer may mean by that member, ms since the epoch: the soonest that is still to come counts
 */
export function lifetimeOf(
  expiresIn: number | undefined,
  unit: 's' | 'ms',
  claims: Readonly<Record<string, unknown>> | undefined,
  serverDate: number | undefined,
  expiresAt: readonly number[] = [],
): number | undefined {
  if (expiresIn !== undefined && expiresIn > 0) return unit === 'ms' ? expiresIn / 1000 : expiresIn
  const left = expiresAt
    .map((time) => (time - (serverDate ?? time)) / 1000)
    .filter((lifetime) => lifetime > 0 && lifetime < LONGEST)
  if (left.length > 0) return Math.min(...left)
  const exp = claims?.exp
  const iat = claims?.iat ?? (serverDate === undefined ? undefined : serverDate / 1000)
  if (typeof exp !== 'number' || typeof iat !== 'number') return undefined
  return exp > iat ? exp - iat : undefined
}
