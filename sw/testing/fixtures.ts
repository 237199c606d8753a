import type {
  ActiveSession,
  BackOff,
  LostSession,
  RecordedRequest,
  RefreshFailure,
  TokenSet,
} from '../core/session.ts'
import { systemClock } from '../platform/clock.ts'
import type { Clock } from '../platform/ports.ts'

/** ms since the epoch; where the tests' time begins. */
export const NOW = Date.parse('2026-09-01T12:00:00Z')

export const SESSION_ID = '0123456789abcdef0123456789abcdef'
export const OTHER_SESSION_ID = 'fedcba9876543210fedcba9876543210'

export const tokenSet = (members: Partial<TokenSet> = {}): TokenSet => ({
  accessToken: 'access-token-1',
  refreshToken: 'refresh-token-1',
  receivedAt: NOW,
  expiresAt: NOW + 300_000,
  refreshAt: NOW + 240_000,
  ...members,
})

export const activeSession = (members: Partial<ActiveSession> = {}): ActiveSession => ({
  status: 'active',
  sessionId: SESSION_ID,
  generation: 1,
  tokens: tokenSet(),
  ...members,
})

export const lostSession = (members: Partial<LostSession> = {}): LostSession => ({
  status: 'login-required',
  sessionId: SESSION_ID,
  generation: 1,
  reason: 'invalid_grant',
  announced: false,
  ...members,
})

export const FAILURE: RefreshFailure = {
  kind: 'http',
  code: 'refresh-unavailable',
  message: 'The refresh endpoint answered 503.',
  status: 503,
}

export const heldOff = (members: Partial<BackOff> = {}): BackOff => ({
  failures: 1,
  since: NOW,
  until: NOW + 500,
  failure: FAILURE,
  ...members,
})

export const PAGE_REFRESH: RecordedRequest = {
  url: 'https://app.example/auth/refresh',
  method: 'POST',
  headers: [['content-type', 'application/json']],
  body: '{"token":"held-by-sw-token-broker-0"}',
}

/** A clock that stands still until it is told the time; its limits are the real ones of `setTimeout`. */
export function testClock(start: number = NOW): Clock & { time: number } {
  return {
    time: start,
    now() {
      return this.time
    },
    random: () => 1,
    within: systemClock.within,
  }
}

const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')

/** A JWT in compact serialization; its signature is worth nothing. */
export const jwt = (claims: Record<string, unknown>, signature = 'c2lnbmF0dXJl'): string =>
  `${part({ alg: 'ES256', typ: 'at+jwt' })}.${part(claims)}.${signature}`

/** The members of a JSON object, for looking at what was written without believing its shape. */
export function membersOf(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null) throw new TypeError('no JSON object')
  return Object.fromEntries(Object.entries(json))
}
