import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideRequest,
  isWithin,
  type Endpoint,
  type Place,
  type RequestFacts,
  type RequestPolicy,
} from './request-policy.ts'

const APP = 'https://app.example'
const FILES = 'https://files.example'

const place = (path: string, origin = APP): Place => ({ origin, path })
const endpoint = (type: Endpoint['type'], path: string, members: Partial<Endpoint> = {}): Endpoint => ({
  type,
  ...place(path),
  query: [],
  ...members,
})

const policy = (members: Partial<RequestPolicy> = {}): RequestPolicy => ({
  protect: [place('/api/'), place('/v1', FILES)],
  exclude: [place('/api/public/')],
  navigations: [place('/api/files/')],
  attach: 'add',
  endpoints: [
    endpoint('login', '/api/auth/login', { method: 'POST' }),
    endpoint('refresh', '/api/auth/refresh'),
    endpoint('logout', '/api/auth/logout'),
  ],
  ...members,
})

const facts = (members: Partial<RequestFacts> = {}): RequestFacts => ({
  ...place('/api/orders'),
  query: [],
  method: 'GET',
  mode: 'cors',
  cache: 'default',
  credentials: 'same-origin',
  destination: '',
  isOwnOrigin: true,
  authorization: null,
  isMarked: false,
  hasPlaceholder: false,
  ...members,
})

const decide = (members: Partial<RequestFacts>, of: Partial<RequestPolicy> = {}): string => {
  const decision = decideRequest(policy(of), facts(members))
  return decision.type === 'authenticate'
    ? (decision.endpoints[0]?.type ?? decision.otherwise)
    : decision.type
}

const MASKED = { authorization: 'Bearer held-by-sw-token-broker-x', hasPlaceholder: true }

describe('which requests get the token', () => {
  test.each([
    { what: 'a protected request', request: {}, gets: 'authorize' },
    { what: 'an image of the API', request: { mode: 'no-cors' }, gets: 'authorize' },
    { what: 'a POST', request: { method: 'POST' }, gets: 'authorize' },
    { what: 'a listed other origin', request: { origin: FILES, path: '/v1/a' }, gets: 'authorize' },
    { what: 'a path that is not listed', request: { path: '/static/app.js' }, gets: 'leave' },
    { what: 'a longer first segment', request: { origin: FILES, path: '/v1x' }, gets: 'leave' },
    { what: 'the same path elsewhere', request: { origin: 'https://app.example.evil.tld' }, gets: 'leave' },
    { what: 'a navigation', request: { mode: 'navigate' }, gets: 'leave' },
    {
      what: 'a form that posts to login',
      request: { mode: 'navigate', method: 'POST', path: '/api/auth/login' },
      gets: 'leave',
    },
    {
      what: 'a navigation to a download',
      request: { mode: 'navigate', path: '/api/files/1' },
      gets: 'authorize',
    },
    {
      what: 'a form that posts to where navigations are allowed',
      request: { mode: 'navigate', method: 'POST', path: '/api/files/1' },
      gets: 'leave',
    },
    { what: 'an excluded path', request: { path: '/api/public/news' }, gets: 'leave' },
    {
      what: 'a placeholder to an excluded path',
      request: { ...MASKED, path: '/api/public/news' },
      gets: 'leave',
    },
    { what: 'a URL marked #without-token', request: { isMarked: true }, gets: 'leave' },
    { what: 'own credentials of the page', request: { authorization: 'Basic YTpi' }, gets: 'leave' },
    { what: 'an empty header of the page', request: { authorization: '' }, gets: 'leave' },
    { what: 'credentials: omit', request: { credentials: 'omit' }, gets: 'leave' },
    { what: 'a placeholder', request: MASKED, gets: 'authorize' },
    { what: 'a placeholder elsewhere', request: { ...MASKED, path: '/static/' }, gets: 'leave' },
    { what: 'only-if-cached', request: { cache: 'only-if-cached' }, gets: 'leave' },
    {
      what: 'only-if-cached in the mode that allows it',
      request: { cache: 'only-if-cached', mode: 'same-origin' },
      gets: 'authorize',
    },
  ])('$what: $gets', ({ request, gets }) => {
    expect(decide(request)).toBe(gets)
  })

  test("with attach: 'replace' only a placeholder asks for it", () => {
    expect(decide({}, { attach: 'replace' })).toBe('leave')
    expect(decide(MASKED, { attach: 'replace' })).toBe('authorize')
    expect(decide({ authorization: 'Bearer real' }, { attach: 'replace' })).toBe('leave')
  })
})

describe('the auth endpoints are carved out of a wider protect entry', () => {
  test.each([
    { request: { path: '/api/auth/login', method: 'POST' }, is: 'login' },
    { request: { path: '/api/auth/login', method: 'GET' }, is: 'leave' },
    { request: { path: '/api/auth/login/help', method: 'POST' }, is: 'authorize' },
    { request: { path: '/api/auth/refresh', method: 'POST' }, is: 'refresh' },
    { request: { path: '/api/auth/refresh', method: 'GET' }, is: 'refresh' },
    { request: { path: '/api/auth/logout', method: 'POST' }, is: 'logout' },
    { request: { path: '/api/auth/refresh', origin: FILES, method: 'POST' }, is: 'leave' },
    { request: { ...MASKED, path: '/api/auth/refresh', method: 'POST' }, is: 'refresh' },
  ])('$request.method $request.path: $is', ({ request, is }) => {
    expect(decide(request)).toBe(is)
  })

  test('a login of another method is that one', () => {
    const endpoints = [endpoint('login', '/api/session', { method: 'PUT' })]
    expect(decide({ path: '/api/session', method: 'PUT' }, { endpoints })).toBe('login')
    expect(decide({ path: '/api/session', method: 'DELETE' }, { endpoints })).toBe('leave')
  })

  test('of an app without logout, its path is like any other', () => {
    const endpoints = policy().endpoints.filter(({ type }) => type !== 'logout')
    expect(decide({ path: '/api/auth/logout' }, { endpoints })).toBe('authorize')
  })
})

describe('login and refresh share a URL', () => {
  const isPassword = (): boolean => true
  const endpoints = [
    endpoint('login', '/api/token', { method: 'POST', when: isPassword }),
    endpoint('refresh', '/api/token'),
  ]

  test('and the body tells: the login matchers are handed on to be asked', () => {
    expect(decideRequest(policy({ endpoints }), facts({ path: '/api/token', method: 'POST' }))).toEqual({
      type: 'authenticate',
      endpoints,
      otherwise: 'leave',
    })
  })

  const byQuery: Partial<RequestPolicy> = {
    endpoints: [
      endpoint('login', '/api/token', { query: ['grant_type=password'] }),
      endpoint('refresh', '/api/token', { query: ['grant_type=refresh_token'] }),
    ],
  }
  test.each([
    { query: ['grant_type=password'], is: 'login' },
    { query: ['redirect_to=%2F', 'grant_type=password'], is: 'login' },
    { query: ['grant_type=refresh_token'], is: 'refresh' },
    { query: ['grant_type=id_token'], is: 'leave' },
    { query: [], is: 'leave' },
  ])('and the query tells: $query is $is', ({ query, is }) => {
    expect(decide({ path: '/api/token', method: 'POST', query }, byQuery)).toBe(is)
  })

  test('a login that the body alone tells is not asked about requests elsewhere', () => {
    expect(decideRequest(policy({ endpoints }), facts())).toEqual({ type: 'authorize' })
  })
})

describe('login, refresh and API share a URL, as with GraphQL', () => {
  const when = (): boolean => true
  const logout = endpoint('logout', '/graphql', { when })
  const all = [
    endpoint('login', '/graphql', { when, method: 'POST' }),
    endpoint('refresh', '/graphql', { when, method: 'POST' }),
    logout,
  ]
  const shared: Partial<RequestPolicy> = { protect: [place('/graphql')], endpoints: all }
  test.each([
    { what: 'a POST', request: { method: 'POST' }, endpoints: all, otherwise: 'authorize' },
    {
      what: 'a POST with credentials of its own',
      request: { method: 'POST', authorization: 'Basic YTpi' },
      endpoints: all,
      otherwise: 'leave',
    },
    { what: 'a GET', request: {}, endpoints: [logout], otherwise: 'authorize' },
  ])('$what that no body tells is like any other: $otherwise', ({ request, endpoints, otherwise }) => {
    expect(decideRequest(policy(shared), facts({ path: '/graphql', ...request }))).toEqual({
      type: 'authenticate',
      endpoints,
      otherwise,
    })
  })
})

describe('a protect entry', () => {
  test.each([
    { entry: '/api', path: '/api', is: true },
    { entry: '/api', path: '/api/', is: true },
    { entry: '/api', path: '/api/x', is: true },
    { entry: '/api', path: '/apix', is: false },
    { entry: '/api', path: '/api%2Fx', is: false },
    { entry: '/api', path: '/API', is: false },
    { entry: '/api/', path: '/api', is: false },
    { entry: '/api/', path: '/api/x/y', is: true },
    { entry: '/', path: '/anything', is: true },
  ])('$entry holds $path: $is', ({ entry, path, is }) => {
    expect(isWithin(place(entry), place(path))).toBe(is)
  })

  const segments = fc.array(fc.stringMatching(/^[\w.~%-]{1,6}$/), { maxLength: 4 })
  const pathOf = (parts: string[], slash: boolean): string => `/${parts.join('/')}${slash ? '/' : ''}`
  const path = fc
    .tuple(segments, fc.boolean())
    .map(([parts, slash]) => pathOf(parts, slash && parts.length > 0))
  const origin = fc.constantFrom(APP, FILES, `${APP}:8443`, 'http://app.example', `${APP}.evil.tld`)

  test('never holds anything of another origin', () => {
    fc.assert(
      fc.property(path, path, origin, origin, (entry, tail, of, other) => {
        fc.pre(of !== other)
        for (const target of [entry, `${entry}/`, entry + tail])
          expect(isWithin(place(entry, of), place(target, other))).toBe(false)
      }),
    )
  })

  test('holds what begins with its segments, and no longer segment', () => {
    const named = (text: string): string[] => text.split('/').slice(1)
    fc.assert(
      fc.property(path, path, fc.stringMatching(/^\w{0,3}$/), (entry, tail, suffix) => {
        for (const target of [entry, entry + suffix, entry + suffix + tail, tail]) {
          const own = named(entry.endsWith('/') ? entry.slice(0, -1) : entry)
          const theirs = named(target)
          const isPrefix = own.every((segment, index) => theirs[index] === segment)
          const isBelow = !entry.endsWith('/') || theirs.length > own.length
          expect(isWithin(place(entry), place(target))).toBe(isPrefix && isBelow)
        }
      }),
    )
  })
})

describe('the paths of a login that the worker answers', () => {
  const reserved = { login: '/auth/login', callback: '/auth/callback', logout: '/auth/logout' }
  const navigation = { mode: 'navigate', destination: 'document', path: '/auth/callback' }

  test.each([
    { what: 'a navigation of a tab', request: {}, is: 'navigate' },
    { what: 'one in a frame', request: { destination: 'iframe' }, is: 'leave' },
    { what: 'a form POST', request: { method: 'POST' }, is: 'leave' },
    { what: 'a fetch', request: { mode: 'cors', destination: '' }, is: 'leave' },
    { what: 'the same path of another origin', request: { isOwnOrigin: false, origin: FILES }, is: 'leave' },
    { what: 'a path below', request: { path: '/auth/callback/x' }, is: 'leave' },
  ])('$what: $is', ({ request, is }) => {
    expect(decide({ ...navigation, ...request }, { reserved, navigations: [place('/auth/')] })).toBe(
      is === 'leave' && request.path !== undefined ? 'authorize' : is,
    )
  })

  test('mean nothing where no path is reserved', () => {
    expect(decide(navigation)).toBe('leave')
  })
})
