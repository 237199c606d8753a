import { beforeEach, describe, expect, test, vi } from 'vitest'
import { jsonEndpoints } from './json-endpoints.ts'
import { oauth } from './oauth.ts'
import { resolveOptions, type TokenBrokerOptions } from './options.ts'

const OWN = 'https://app.example'

beforeEach(() => {
  vi.stubGlobal('location', new URL(`${OWN}/sw.js`))
})

const options = (members: Partial<TokenBrokerOptions> = {}): TokenBrokerOptions => ({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  ...members,
})

describe('the options of a broker', () => {
  test('need no more than what to protect and how tokens are had', () => {
    expect(resolveOptions(options())).toMatchObject({
      policy: {
        protect: [{ origin: OWN, path: '/api/' }],
        exclude: [],
        navigations: [],
        attach: 'add',
        reveal: false,
        endpoints: [{ path: '/auth/login' }, { path: '/auth/refresh' }, { path: '/auth/logout' }],
      },
      name: 'default',
      storage: 'indexeddb',
      whenLoginRequired: 'respond',
      holdTimeout: 120_000,
      tokenRequestTimeout: 10_000,
      waitTimeout: 15_000,
      replayLimit: 5 * 1024 * 1024,
    })
  })

  test('ask whether an answer means expiry, wherever that is given', () => {
    const [own, general] = [() => true, () => false]
    const auth = jsonEndpoints({ refresh: '/r', isExpired: own })
    expect(resolveOptions(options()).isExpired).toBeUndefined()
    expect(resolveOptions(options({ auth })).isExpired).toBe(own)
    expect(resolveOptions(options({ auth, isExpired: general })).isExpired).toBe(general)
  })

  test('count in seconds', () => {
    expect(
      resolveOptions(options({ tokenRequestTimeout: 2.5, waitTimeout: 1, holdTimeout: 30 })),
    ).toMatchObject({ tokenRequestTimeout: 2500, waitTimeout: 1000, holdTimeout: 30_000 })
  })

  test.each([
    { entry: '/api', place: { origin: OWN, path: '/api' } },
    { entry: '/', place: { origin: OWN, path: '/' } },
    { entry: 'https://files.example/v1/', place: { origin: 'https://files.example', path: '/v1/' } },
    { entry: 'https://files.example', place: { origin: 'https://files.example', path: '/' } },
    { entry: 'https://FILES.example:443/a/../b', place: { origin: 'https://files.example', path: '/b' } },
  ])('compare places by parsed origin and path: $entry', ({ entry, place }) => {
    const { policy } = resolveOptions(options({ protect: [entry], exclude: [entry], navigations: [entry] }))
    expect([policy.protect, policy.exclude, policy.navigations]).toEqual([[place], [place], [place]])
  })

  test('may protect what is wider than the auth endpoints', () => {
    expect(() => resolveOptions(options({ protect: ['/', '/auth/', '/auth'] }))).not.toThrow()
  })

  test('tell pages an absolute loginUrl, and none where none is given', () => {
    expect(resolveOptions(options({ loginUrl: '/login#form' })).loginUrl).toBe(`${OWN}/login#form`)
    expect(resolveOptions(options()).loginUrl).toBeUndefined()
  })
})

describe('a wrong option is refused by name', () => {
  test.each<[string, Record<string, unknown>]>([
    ['protect', { protect: undefined }],
    ['protect', { protect: [] }],
    ['protect', { protect: '/api/' }],
    ['protect', { protect: ['api/'] }],
    ['protect', { protect: ['https://'] }],
    ['protect', { protect: [/^\/api/] }],
    ['protect', { protect: ['/api/*'] }],
    ['protect', { protect: ['/api/?x=1'] }],
    ['protect', { protect: ['/api/', '/auth/login'] }],
    ['protect', { protect: ['/auth/refresh'] }],
    ['protect', { protect: ['https://app.example/auth/logout'] }],
    ['exclude', { exclude: '/api/public' }],
    ['exclude', { exclude: [''] }],
    ['navigations', { navigations: ['downloads'] }],
    ['auth', { auth: undefined }],
    ['auth', { auth: { refresh: '/auth/refresh' } }],
    ['auth', { auth: jsonEndpoints }],
    ['attach', { attach: 'always' }],
    ['loginUrl', { loginUrl: '' }],
    ['loginUrl', { loginUrl: 'javascript:alert(1)' }],
    ['loginUrl', { loginUrl: null }],
    ['name', { name: '' }],
    ['name', { name: 'a b' }],
    ['storage', { storage: 'localStorage' }],
    ['whenLoginRequired', { whenLoginRequired: true }],
    ['holdTimeout', { holdTimeout: -1 }],
    ['tokenRequestTimeout', { tokenRequestTimeout: '10' }],
    ['waitTimeout', { waitTimeout: Number.NaN }],
    ['replayLimit', { replayLimit: Number.POSITIVE_INFINITY }],
    ['createTokenBroker.protected', { protected: ['/api/'] }],
  ])('%s: %j', (option, members) => {
    // What an app without TypeScript may give.
    const resolve = (): unknown => Reflect.apply(resolveOptions, undefined, [{ ...options(), ...members }])
    expect(resolve).toThrow(TypeError)
    expect(resolve).toThrow(`option '${option}' got`)
  })

  test('and so are options that are none', () => {
    for (const none of [undefined, null, '/api/', [options()]])
      expect(() => Reflect.apply(resolveOptions, undefined, [none])).toThrow(TypeError)
  })
})

describe('the paths of an OAuth login, of which each means one thing', () => {
  const auth = { issuer: 'https://id.example', clientId: 'spa' }
  test.each([
    ['loginPath', { loginPath: '/auth/callback' }],
    ['loginPath', { redirectUri: '/in', loginPath: '/in' }],
    ['logoutPath', { logoutPath: '/auth/login' }],
    ['logoutPath', { logoutPath: '/auth/callback' }],
  ])('are refused where two are one: %s', (name, paths) => {
    expect(() => oauth({ ...auth, ...paths })).toThrow(`option 'auth.${name}' got`)
  })
})
