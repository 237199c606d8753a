import { clientsClaim } from 'workbox-core/clientsClaim.js'
import type { Place, RequestPolicy } from './core/request-policy.ts'

declare const self: ServiceWorkerGlobalScope

// Not in TypeScript's library yet: https://w3c.github.io/ServiceWorker/#service-worker-static-router
interface RouterRule {
  condition: { urlPattern: URLPatternParts; requestMode?: RequestMode; requestMethod?: string }
  source: 'network' | 'fetch-event'
}
interface URLPatternParts {
  protocol: string
  hostname: string
  port: string
  pathname: string
}
type StaticRouting = (rules: RouterRule[]) => Promise<void>

const started: RequestPolicy[] = []

/**
 * For a worker that has nothing but brokers: a new version takes over at once, since the session is in the store, and
 * the browser does not even wake the worker for other URLs.
 */
export function takeOver(policy: RequestPolicy): void {
  started.push(policy)
  if (started.length > 1) return
  clientsClaim()
  self.addEventListener('install', (event) => {
    void self.skipWaiting()
    // Where it fails the fetch listener sees every request, as it does in browsers without static routes.
    if (hasStaticRouting(event))
      event.waitUntil(event.addRoutes(staticRoutes(started)).catch(() => undefined))
  })
}

const hasStaticRouting = (event: object): event is { addRoutes: StaticRouting } => 'addRoutes' in event

/** The first rule that matches wins, so the order is that of `decideRequest`. */
export function staticRoutes(policies: readonly RequestPolicy[]): RouterRule[] {
  const rules = (
    source: RouterRule['source'],
    patterns: URLPatternParts[],
    mode?: 'navigate',
  ): RouterRule[] =>
    patterns.map((urlPattern) => ({ condition: { urlPattern, ...(mode && { requestMode: mode }) }, source }))
  const reserved = policies.flatMap(({ reserved: paths }) => (paths ? Object.values(paths) : []))
  const within = (places: (policy: RequestPolicy) => readonly Place[]): URLPatternParts[] =>
    policies.flatMap(places).flatMap(prefixPatterns)
  return [
    // A `fetch-event` rule also keeps the browser from sending the navigation ahead, without a token (AutoPreload).
    ...rules(
      'fetch-event',
      within(({ navigations }) => navigations),
      'navigate',
    ),
    ...rules('fetch-event', reserved.map(ownPattern), 'navigate'),
    ...rules('network', [ANYTHING], 'navigate'),
    ...rules(
      'fetch-event',
      policies.flatMap(({ endpoints }) => endpoints).map((place) => pattern(place, place.path)),
    ),
    BEACONS,
    // What one broker excludes may be another's.
    ...rules('network', policies.length === 1 ? within(({ exclude }) => exclude) : []),
    ...rules(
      'fetch-event',
      within(({ protect }) => protect),
    ),
    ...rules('network', [ANYTHING]),
  ]
}

const ANYTHING: URLPatternParts = { protocol: '*', hostname: '*', port: '*', pathname: '*' }

/** The worker passes them on, see `listen`. */
const BEACONS: RouterRule = {
  condition: { urlPattern: ANYTHING, requestMode: 'no-cors', requestMethod: 'POST' },
  source: 'fetch-event',
}

const prefixPatterns = (place: Place): URLPatternParts[] =>
  place.path.endsWith('/')
    ? [pattern(place, `${place.path}*`)]
    : [pattern(place, place.path), pattern(place, `${place.path}/*`)]

const ownPattern = (path: string): URLPatternParts => pattern(location, path)

function pattern({ origin }: Pick<Place, 'origin'>, path: string): URLPatternParts {
  const { protocol, hostname, port } = new URL(origin)
  return { protocol: protocol.slice(0, -1), hostname: literal(hostname), port, pathname: literal(path) }
}

/** Escapes what a URL pattern gives a meaning to; `*` stays the wildcard, as no entry has one of its own. */
const literal = (part: string): string => part.replace(/[:+?{}()\\]/g, '\\$&')
