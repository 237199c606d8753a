import { isWithoutToken, mayCarry, placeholdersIn, type Carried, type Carriers } from '../core/carriers.ts'
import type { RequestFacts } from '../core/request-policy.ts'

/** A fragment never reaches a server, and every kind of request can have one. */
const MARKER = '#without-token'

export function factsOf(request: Request, carriers: Carriers): RequestFacts {
  const url = new URL(request.url)
  const { origin, pathname, hash, username } = url
  const carried = carriedBy(request, carriers, url)
  const [authorization = null] = [...carried.headers.values()].filter(
    (value) => !isWithoutToken(value, carriers.scheme),
  )
  return {
    origin,
    path: pathname,
    query: carried.query,
    method: request.method,
    mode: request.mode,
    cache: request.cache,
    credentials: request.credentials,
    destination: request.destination,
    isOwnOrigin: origin === location.origin,
    authorization,
    namesToken: authorization !== null || carried.query.some((pair) => mayCarry(pair, carriers)),
    // `xhr.open()` with a user's name: those are the credentials of the request.
    isMarked: hash === MARKER || username !== '',
    hasPlaceholder: placeholdersIn(carried, carriers) !== '',
  }
}

/** What a page has put where a token may be. */
export function carriedBy(
  request: Request,
  { headers }: Carriers,
  { search }: URL = new URL(request.url),
): Carried {
  const own = new Map<string, string>()
  for (const name of headers) {
    const value = request.headers.get(name)
    if (value !== null) own.set(name, value)
  }
  return { headers: own, query: search.length > 1 ? search.slice(1).split('&') : [] }
}

/** All of that which holds a placeholder, as one text; '' for nothing. */
export const placeholdersOf = (request: Request, carriers: Carriers): string =>
  placeholdersIn(carriedBy(request, carriers), carriers)
