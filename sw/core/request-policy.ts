/** What an endpoint or a `protect` entry is compared by, parsed once at start-up. */
export interface Place {
  origin: string
  path: string
}

/** An auth endpoint. */
export interface Endpoint extends Place {
  type: 'login' | 'refresh' | 'logout'
  /** `key=value` pairs of the configured URL; a request must have each of them (GoTrue tells its endpoints by them). */
  query: readonly string[]
  method?: string
  /** Looks at the request's body, for servers whose endpoints share a URL. */
  when?: (body: unknown) => boolean
}

export interface RequestPolicy {
  protect: readonly Place[]
  /** What lies within `protect` and gets no token all the same. */
  exclude: readonly Place[]
  /** Where GET navigations get the token too: downloads and frames. */
  navigations: readonly Place[]
  attach: 'add' | 'replace'
  /** Whether pages keep the access token, so that one in a request may be ours. */
  reveal?: boolean
  /** Those that share an address are told apart in this order. */
  endpoints: readonly Endpoint[]
  reserved?: ReservedPaths
  /** Whether a silent login may end in a frame. */
  framedCallback?: boolean
}

/** Own-origin paths whose navigations the worker answers itself. */
export interface ReservedPaths {
  login: string
  callback: string
  logout: string
}

export type Navigation = keyof ReservedPaths | 'framed-callback'

/** All that the decision needs to know of a request; read synchronously from the fetch event. */
export interface RequestFacts extends Place {
  query: readonly string[]
  method: string
  mode: string
  cache: string
  credentials: string
  /** `document` for what becomes a tab's own page. */
  destination: string
  /** Whether the URL is of the worker's own origin. */
  isOwnOrigin: boolean
  /** The value of a header that carries the token, where the page has set one. */
  authorization: string | null
  /** Whether the page has put anything where a token may be. */
  namesToken?: boolean
  /** Whether the page asks to be left alone, by `#without-token` at the end of the URL or a user's name in it. */
  isMarked: boolean
  /** Whether such a header, or a member of the query, holds a placeholder of ours. */
  hasPlaceholder: boolean
}

/**
 * - `leave`: not ours, the browser does what it would do without us.
 * - `navigate`: a page of the login itself, which the worker answers.
 * - `authorize`: gets the token, or has its placeholder replaced.
 * - `authenticate`: is addressed to the first of the endpoints whose `when`, if any, takes it; to none where
 *   `otherwise` says what becomes of it.
 */
export type RequestDecision =
  | { type: 'leave' }
  | { type: 'navigate'; path: Navigation }
  | { type: 'authorize' }
  | { type: 'authenticate'; endpoints: readonly Endpoint[]; otherwise: 'leave' | 'authorize' }

const LEAVE: RequestDecision = { type: 'leave' }
const AUTHORIZE: RequestDecision = { type: 'authorize' }

/** Decides which requests are the broker's, and what for. */
export function decideRequest(policy: RequestPolicy, facts: RequestFacts): RequestDecision {
  // A worker cannot see who started a navigation: a token there makes a CSRF-proof API forgeable, so the app must say
  // where it wants one.
  if (facts.mode === 'navigate') return decideNavigation(policy, facts)
  // Fetch forbids to re-issue it: "only-if-cached" goes with the "same-origin" mode alone.
  if (facts.cache === 'only-if-cached' && facts.mode !== 'same-origin') return LEAVE

  const endpoints = policy.endpoints.filter(
    (endpoint) =>
      isAt(endpoint, facts) &&
      (endpoint.method ?? facts.method) === facts.method &&
      endpoint.query.every((pair) => facts.query.includes(pair)),
  )
  const otherwise = decideProtected(policy, facts)
  if (endpoints.length === 0) return otherwise
  const isCertain = endpoints.some(({ when }) => when === undefined)
  return {
    type: 'authenticate',
    endpoints,
    otherwise: isCertain || otherwise === LEAVE ? 'leave' : 'authorize',
  }
}

function decideProtected(policy: RequestPolicy, facts: RequestFacts): RequestDecision {
  // With another method, or another query: still no place for a token, unless the bodies tell.
  if (
    policy.endpoints.some((endpoint) => endpoint.type !== 'logout' && !endpoint.when && isAt(endpoint, facts))
  )
    return LEAVE
  if (!isProtected(policy, facts) || facts.isMarked) return LEAVE
  if (facts.hasPlaceholder || (policy.reveal && facts.namesToken)) return AUTHORIZE
  if (facts.authorization !== null || facts.credentials === 'omit' || policy.attach === 'replace')
    return LEAVE
  return AUTHORIZE
}

/** Whether an answer from there may be the user's own. */
export const isProtected = (
  { protect, exclude }: Pick<RequestPolicy, 'protect' | 'exclude'>,
  place: Place,
): boolean => isAmong(protect, place) && !isAmong(exclude, place)

function decideNavigation(
  { reserved, framedCallback, navigations, exclude, endpoints }: RequestPolicy,
  facts: RequestFacts,
): RequestDecision {
  if (facts.method !== 'GET') return LEAVE
  if (reserved && facts.isOwnOrigin) {
    const path = reservedPath(reserved, facts.path)
    // A login in a frame is an attacker's (RFC 10017 §5.1.3), unless the worker itself has begun it.
    if (framedCallback && path === 'callback' && facts.destination === 'iframe')
      return { type: 'navigate', path: 'framed-callback' }
    if (path) return facts.destination === 'document' ? { type: 'navigate', path } : LEAVE
  }
  const isListed =
    isAmong(navigations, facts) &&
    !isAmong(exclude, facts) &&
    !facts.isMarked &&
    !endpoints.some((endpoint) => isAt(endpoint, facts))
  return isListed ? AUTHORIZE : LEAVE
}

/** Which of the reserved paths `path` is. */
export function reservedPath(reserved: ReservedPaths, path: string): keyof ReservedPaths | undefined {
  if (path === reserved.login) return 'login'
  if (path === reserved.callback) return 'callback'
  return path === reserved.logout ? 'logout' : undefined
}

/** Whether two are at the same address, whatever the query. */
export const isAt = (place: Place, { origin, path }: Place): boolean =>
  place.origin === origin && place.path === path

const isAmong = (places: readonly Place[], facts: Place): boolean =>
  places.some((place) => isWithin(place, facts))

/** By whole path segments: `/api` holds `/api` and `/api/x`, not `/apix`; `/api/` holds what is below it. */
export function isWithin(place: Place, { origin, path }: Place): boolean {
  if (origin !== place.origin || !path.startsWith(place.path)) return false
  return place.path.endsWith('/') || path.length === place.path.length || path[place.path.length] === '/'
}
