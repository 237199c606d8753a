import { clientsClaim } from 'workbox-core/clientsClaim.js'
import type { Place, RequestPolicy } from './core/request-policy.ts'

declare const self: ServiceWorkerGlobalScope

// Not in TypeScript's library yet: https://w3c.github.io/ServiceWorker/#service-worker-static-router
interface RouterRule {
  condition: RouterCondition
  source: 'network' | 'fetch-event'
}
type RouterCondition =
  { urlPattern: URLPatternParts } | { or: RouterCondition[] } | { requestMode: RequestMode }
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

/** The first rule that matches wins, so what is not ours comes last. */
export function staticRoutes(policies: readonly RequestPolicy[]): RouterRule[] {
  const places = policies.flatMap(({ protect, login, refresh, logout }) => [
    ...protect.flatMap(prefixPatterns),
    ...[...login, refresh, ...(logout ? [logout] : [])].map((place) => pattern(place, place.path)),
  ])
  return [
    { condition: { requestMode: 'navigate' }, source: 'network' },
    ...places.map((urlPattern): RouterRule => ({ condition: { urlPattern }, source: 'fetch-event' })),
    { condition: { urlPattern: ANYTHING }, source: 'network' },
  ]
}

const ANYTHING: URLPatternParts = { protocol: '*', hostname: '*', port: '*', pathname: '*' }

const prefixPatterns = (place: Place): URLPatternParts[] =>
  place.path.endsWith('/')
    ? [pattern(place, `${place.path}*`)]
    : [pattern(place, place.path), pattern(place, `${place.path}/*`)]

function pattern({ origin }: Place, path: string): URLPatternParts {
  const { protocol, hostname, port } = new URL(origin)
  return { protocol: protocol.slice(0, -1), hostname, port, pathname: path.replace(/[:+?{}()\\]/g, '\\$&') }
}
