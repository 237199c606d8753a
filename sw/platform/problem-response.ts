import type { RefreshFailure } from '../core/session.ts'

/**
 * The answer to a request whose token could not be refreshed for now: a 503 problem (RFC 9457), never a 401, since the
 * session may well be alive.
 * @param retryAfter s
 */
export const problemResponse = (failure: RefreshFailure, retryAfter: number): Response =>
  Response.json(
    { status: 503, detail: failure.message, code: failure.code },
    {
      status: 503,
      headers: {
        'Content-Type': 'application/problem+json',
        'Cache-Control': 'no-store',
        'Retry-After': String(retryAfter),
      },
    },
  )

/** What `fetch` rejects with where the token endpoint cannot be reached: the same kind as without a broker. */
export const networkError = (failure: RefreshFailure): TypeError =>
  new TypeError(`Failed to fetch: the access token has expired and cannot be refreshed. ${failure.message}`)
