import { hasPlaceholder } from '../core/placeholder.ts'
import type { RequestFacts } from '../core/request-policy.ts'

/** A fragment never reaches a server, and every kind of request can have one. */
const MARKER = '#without-token'

/** @param header the request header that carries the token */
export function factsOf(request: Request, header: string): RequestFacts {
  const { origin, pathname, search, hash } = new URL(request.url)
  const authorization = request.headers.get(header)
  return {
    origin,
    path: pathname,
    query: search.length > 1 ? search.slice(1).split('&') : [],
    method: request.method,
    mode: request.mode,
    cache: request.cache,
    credentials: request.credentials,
    destination: request.destination,
    isOwnOrigin: origin === location.origin,
    authorization,
    isMarked: hash === MARKER,
    hasPlaceholder: hasPlaceholder(authorization),
  }
}
