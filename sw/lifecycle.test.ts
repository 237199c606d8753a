import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideRequest,
  type Endpoint,
  type Place,
  type RequestFacts,
  type RequestPolicy,
} from './core/request-policy.ts'
import { staticRoutes } from './lifecycle.ts'

const APP = 'https://app.example'
const FILES = 'https://files.example:8443'

const place = (path: string, origin = APP): Place => ({ origin, path })
const endpoint = (type: Endpoint['type'], path: string): Endpoint => ({ type, ...place(path), query: [] })
const policy = (members: Partial<RequestPolicy> = {}): RequestPolicy => ({
  protect: [place('/api/'), place('/v1', FILES)],
  exclude: [],
  navigations: [],
  attach: 'add',
  endpoints: [
    endpoint('login', '/auth/login'),
    endpoint('refresh', '/auth/refresh'),
    endpoint('logout', '/auth/logout'),
  ],
  ...members,
})

/** As URLPattern matches the two forms that occur: `*` and a literal text with `\` escapes and perhaps `*` at its end. */
const matches = (pattern: string, text: string): boolean => {
  if (pattern === '*') return true
  const isPrefix = pattern.endsWith('*')
  const literal = (isPrefix ? pattern.slice(0, -1) : pattern).replace(/\\(.)/g, '$1')
  return isPrefix ? text.startsWith(literal) : text === literal
}

/** What the browser does with a request: the first rule that matches wins. */
const sourceOf = (
  policies: RequestPolicy[],
  url: string,
  mode = 'cors',
  method = 'GET',
): string | undefined => {
  const { protocol, hostname, port, pathname } = new URL(url)
  return staticRoutes(policies).find(
    ({ condition: { urlPattern, requestMode = mode, requestMethod = method } }) =>
      requestMode === mode &&
      requestMethod === method &&
      matches(urlPattern.protocol, protocol.slice(0, -1)) &&
      matches(urlPattern.hostname, hostname) &&
      matches(urlPattern.port, port) &&
      matches(urlPattern.pathname, pathname),
  )?.source
}

describe('which requests wake the worker', () => {
  test.each([
    { url: `${APP}/api/orders?x=1`, source: 'fetch-event' },
    { url: `${APP}/api/`, source: 'fetch-event' },
    { url: `${FILES}/v1`, source: 'fetch-event' },
    { url: `${FILES}/v1/a/b`, source: 'fetch-event' },
    { url: `${APP}/auth/login`, source: 'fetch-event' },
    { url: `${APP}/auth/refresh?x=1`, source: 'fetch-event' },
    { url: `${APP}/auth/logout`, source: 'fetch-event' },
    { url: `${APP}/`, source: 'network' },
    { url: `${APP}/assets/app.js`, source: 'network' },
    { url: `${APP}/apix`, source: 'network' },
    { url: `${FILES}/v1x`, source: 'network' },
    { url: 'https://files.example/v1/a', source: 'network' },
    { url: 'http://app.example/api/a', source: 'network' },
    { url: 'https://app.example.evil.tld/api/a', source: 'network' },
    { url: `${APP}/auth/login/help`, source: 'network' },
  ])('$url: $source', ({ url, source }) => {
    expect(sourceOf([policy()], url)).toBe(source)
  })

  test('no navigation does, but where the app wants a token there', () => {
    const policies = [policy({ navigations: [place('/api/files/')] })]
    expect(sourceOf(policies, `${APP}/api/orders`, 'navigate')).toBe('network')
    expect(sourceOf(policies, `${APP}/auth/login`, 'navigate')).toBe('network')
    expect(sourceOf(policies, `${APP}/api/files/1`, 'navigate')).toBe('fetch-event')
    expect(sourceOf(policies, `${APP}/other`, 'no-cors')).toBe('network')
  })

  test('a beacon does, wherever it goes: it would be lost with its page', () => {
    expect(sourceOf([policy()], 'https://metrics.example/hit', 'no-cors', 'POST')).toBe('fetch-event')
    expect(sourceOf([policy()], 'https://metrics.example/hit', 'cors', 'POST')).toBe('network')
  })

  test('what is excluded does not, but for the auth endpoints within, and what another broker protects', () => {
    const one = policy({ exclude: [place('/api/public'), place('/auth/')] })
    expect(sourceOf([one], `${APP}/api/public/news`)).toBe('network')
    expect(sourceOf([one], `${APP}/auth/refresh`)).toBe('fetch-event')
    const other = policy({ protect: [place('/api/public/')] })
    expect(sourceOf([one, other], `${APP}/api/public/news`)).toBe('fetch-event')
  })

  test.each(['/a:b', '/a+b', '/a(b)', '/a{b}', '/a\\b', '/a%20b'])(
    'a path is no pattern, whatever a pattern would mean by it: %s',
    (path) => {
      const { pathname } = new URL(path, APP)
      const policies = [policy({ protect: [place(pathname)] })]
      expect(sourceOf(policies, APP + pathname)).toBe('fetch-event')
      const patterns = staticRoutes(policies).map(({ condition }) => condition.urlPattern.pathname)
      for (const pattern of patterns) expect(pattern.replace(/\\./g, '')).not.toMatch(/[:+?{}()\\]/)
    },
  )
})

test('the browser never keeps from the worker what it would answer', () => {
  const path = fc
    .array(fc.constantFrom('api', 'apix', 'auth', 'login', 'public', 'v1', ''), { maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`)
  const origin = fc.constantFrom(APP, FILES, 'https://other.example')
  const places = fc.array(fc.record({ origin, path }), { maxLength: 3 })
  const type = fc.constantFrom('login', 'refresh', 'logout')
  const endpoints = fc.array(fc.record({ type, origin, path, query: fc.constant([]) }), { maxLength: 3 })
  const policies = fc.array(
    fc
      .record({ protect: places, exclude: places, navigations: places, endpoints })
      .map((members) => policy(members)),
    { minLength: 1, maxLength: 2 },
  )
  const facts = fc.record<RequestFacts>({
    origin,
    path,
    query: fc.constant([]),
    method: fc.constantFrom('GET', 'POST'),
    mode: fc.constantFrom('cors', 'no-cors', 'navigate'),
    cache: fc.constant('default'),
    credentials: fc.constant('same-origin'),
    destination: fc.constant(''),
    isOwnOrigin: fc.constant(true),
    authorization: fc.constant(null),
    isMarked: fc.constant(false),
    hasPlaceholder: fc.constant(false),
  })
  fc.assert(
    fc.property(policies, facts, (all, request) => {
      fc.pre(all.some((one) => decideRequest(one, request).type !== 'leave'))
      expect(sourceOf(all, request.origin + request.path, request.mode)).toBe('fetch-event')
    }),
    { numRuns: 500 },
  )
})
