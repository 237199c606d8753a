import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { AuthConnection, AuthMethod } from './auth-method.ts'
import { jsonEndpoints, type JsonEndpointsOptions } from './json-endpoints.ts'
import { openDatabase } from './platform/database.ts'
import { activeSession, NOW, testClock } from './testing/fixtures.ts'
import { httpServer, json } from './testing/http-server.ts'

const OWN = 'https://app.example'

beforeEach(() => {
  vi.stubGlobal('location', new URL(`${OWN}/sw.js`))
})

const connected = (options: JsonEndpointsOptions): AuthConnection =>
  jsonEndpoints(options).connect({
    clock: testClock(),
    fetch,
    name: 'default',
    timeout: 5000,
    database: openDatabase('unused'),
    report: () => undefined,
  })

describe("an app's own endpoints", () => {
  test('need no more than where to refresh; the rest is as RFC 6749 and 6750 say', () => {
    const auth = jsonEndpoints({ refresh: '/auth/refresh' })
    expect(auth).toMatchObject({
      endpoints: [{ type: 'refresh', origin: OWN, path: '/auth/refresh', query: [] }],
      carriers: { headers: ['Authorization'], scheme: 'Bearer', query: [] },
      byCookie: false,
      formats: {
        login: { expiresInUnit: 's', fields: { accessToken: 'access_token', refreshToken: 'refresh_token' } },
        refresh: { expiresInUnit: 's', fields: { request: 'refresh_token' } },
      },
    })
  })

  test('may be of another origin, and told apart by their query', () => {
    const auth = jsonEndpoints({
      login: 'https://id.example/token?grant_type=password',
      refresh: 'https://id.example/token?grant_type=refresh_token',
      logout: 'https://id.example/logout',
    })
    const origin = 'https://id.example'
    expect(auth.endpoints).toEqual([
      { type: 'login', method: 'POST', origin, path: '/token', query: ['grant_type=password'] },
      { type: 'refresh', origin, path: '/token', query: ['grant_type=refresh_token'] },
      { type: 'logout', origin, path: '/logout', query: [] },
    ])
  })

  test('may have several logins, by method and by what is in the body', () => {
    const when = (): boolean => true
    const { endpoints } = jsonEndpoints({
      login: ['/auth/login', { url: '/auth/session', method: 'put' }, { url: '/auth/refresh', when }],
      refresh: '/auth/refresh',
    })
    const login = { type: 'login', origin: OWN, query: [] }
    expect(endpoints).toMatchObject([
      { ...login, path: '/auth/login', method: 'POST' },
      { ...login, path: '/auth/session', method: 'PUT' },
      { ...login, path: '/auth/refresh', method: 'POST', when },
      { type: 'refresh' },
    ])
  })

  test('keep the names that are not renamed, also where one is given as undefined', () => {
    const given: Record<string, string | undefined> = { accessToken: 'data.token', scope: undefined }
    const options: JsonEndpointsOptions = { refresh: '/r', fields: { ...given } }
    expect(jsonEndpoints(options).formats.login.fields).toEqual({
      accessToken: 'data.token',
      refreshToken: 'refresh_token',
      expiresIn: 'expires_in',
      expiresAt: 'expires_at',
      tokenType: 'token_type',
      scope: 'scope',
      request: 'refresh_token',
    })
  })

  test('may answer a login otherwise than a refresh', () => {
    const { login, refresh } = jsonEndpoints({
      refresh: '/r',
      fields: {
        subject: 'user.id',
        login: { accessToken: 'data.token', refreshToken: { header: 'X-Refresh-Token' } },
        refresh: { accessToken: '$body' },
      },
    }).formats
    expect(login.fields).toMatchObject({
      accessToken: 'data.token',
      refreshToken: { header: 'X-Refresh-Token' },
      subject: 'user.id',
    })
    expect(refresh.fields).toMatchObject({
      accessToken: '$body',
      refreshToken: 'refresh_token',
      subject: 'user.id',
    })
  })

  test('may all be at one URL, where the bodies tell', () => {
    const [isLogin, isRefresh, isLogout] = [() => true, () => true, () => true]
    const at = { origin: OWN, path: '/graphql', query: [] }
    expect(
      jsonEndpoints({
        login: { url: '/graphql', when: isLogin },
        refresh: { url: '/graphql', method: 'post', when: isRefresh },
        logout: { url: '/graphql', when: isLogout },
      }),
    ).toMatchObject({
      endpoints: [
        { type: 'login', ...at, when: isLogin },
        { type: 'refresh', ...at, method: 'POST', when: isRefresh },
        { type: 'logout', ...at, when: isLogout },
      ],
    })
  })

  test.each([
    { refreshToken: 'access-token', canRefresh: { fresh: true, lost: false }, final: true },
    { refreshToken: 'cookie', canRefresh: { fresh: true, lost: true }, final: false },
    { refreshToken: 'body', canRefresh: { fresh: false, lost: false }, final: false },
  ] as const)(
    'with the refresh token in $refreshToken: $canRefresh',
    ({ refreshToken, canRefresh, final }) => {
      const { endpoint } = connected({ refresh: '/r', refreshToken })
      expect({
        fresh: endpoint.canRefresh({ accessToken: 'at', receivedAt: NOW }),
        lost: endpoint.canRefresh({ accessToken: '', receivedAt: NOW }),
      }).toEqual(canRefresh)
      expect(endpoint.refusalIsFinal).toBe(final)
    },
  )

  test('need no refresh where answers of the API bring new tokens', () => {
    const auth = jsonEndpoints({ login: '/auth/login', renewedIn: 'X-ND-Authorization' })
    expect(auth).toMatchObject({ endpoints: [{ type: 'login' }], renewedIn: 'X-ND-Authorization' })
    const { endpoint } = connected({ renewedIn: 'X-ND-Authorization' })
    expect(endpoint.canRefresh(activeSession().tokens)).toBe(false)
  })

  test('are asked with the access token where that renews itself', async () => {
    const { origin, received } = await httpServer((response) => json(response, 'access-token-2'))
    const { endpoint } = connected({
      refresh: { url: `${origin}/renew?keep=1`, method: 'GET' },
      refreshToken: 'access-token',
      fields: { accessToken: '$body' },
      header: 'X-Auth-Token',
      scheme: 'Token',
    })
    expect(await endpoint.refresh(activeSession())).toMatchObject({
      tokens: { accessToken: 'access-token-2' },
    })
    expect(received).toMatchObject([
      { method: 'GET', path: '/renew?keep=1', headers: { 'x-auth-token': 'Token access-token-1' } },
    ])
  })

  test('are asked as the options say', async () => {
    const { origin, received } = await httpServer((response) =>
      json(response, { data: { token: 'access-token-2', ttl: 60_000 } }),
    )
    const { endpoint } = jsonEndpoints({
      refresh: `${origin}/renew`,
      logout: `${origin}/leave`,
      fields: { accessToken: 'data.token', expiresIn: 'data.ttl', request: 'token' },
      expiresInUnit: 'ms',
      header: 'X-Auth-Token',
      scheme: '',
    }).connect({
      clock: testClock(),
      fetch,
      name: 'default',
      timeout: 5000,
      database: openDatabase('unused'),
      report: () => undefined,
    })
    expect(await endpoint.refresh(activeSession())).toMatchObject({
      type: 'tokens',
      tokens: { accessToken: 'access-token-2', expiresAt: NOW + 60_000 },
    })
    await endpoint.revoke(activeSession())
    expect(received).toMatchObject([
      { path: '/renew', body: '{"token":"refresh-token-1"}' },
      { path: '/leave', headers: { 'x-auth-token': 'access-token-1' } },
    ])
  })

  test('have a body for a logout that the page has left empty, where there is a token to give up', () => {
    const auth: AuthMethod = jsonEndpoints({ refresh: '/r', fields: { request: 'token' } })
    expect(JSON.parse(auth.logoutBody(activeSession()) ?? '')).toEqual({
      refresh_token: 'refresh-token-1',
      token: 'refresh-token-1',
    })
    expect(auth.logoutBody(activeSession({ tokens: { accessToken: 'at', receivedAt: NOW } }))).toBeUndefined()
  })
})

describe('a wrong option is refused by name', () => {
  // What an app without TypeScript may give.
  const make =
    (options: unknown): (() => unknown) =>
    () =>
      Reflect.apply(jsonEndpoints, undefined, [options])

  test.each<[string, Record<string, unknown>]>([
    ['auth.refresh', {}],
    ['auth.refresh', { refresh: 'auth/refresh' }],
    ['auth.refresh', { refresh: '//evil.example/refresh' }],
    ['auth.refresh', { refresh: ['/r'] }],
    ['auth.logout', { refresh: '/r', logout: true }],
    ['auth.refreshUrl', { refresh: '/r', refreshUrl: '/r' }],
    ['auth.login', { refresh: '/r', login: 'login' }],
    ['auth.login', { refresh: '/r', login: '/r' }],
    ['auth.login', { refresh: '/r', login: ['/l', { url: '/r', method: 'POST' }] }],
    ['auth.login', { refresh: '/r', login: 5 }],
    ['auth.login.url', { refresh: '/r', login: {} }],
    ['auth.login.path', { refresh: '/r', login: { path: '/l' } }],
    ['auth.login.method', { refresh: '/r', login: { url: '/l', method: 'PO ST' } }],
    ['auth.login.when', { refresh: '/r', login: { url: '/l', when: 'grant_type' } }],
    ['auth.refresh.method', { refresh: { url: '/r', method: 'GET' } }],
    ['auth.refresh.url', { refresh: { when: () => true } }],
    ['auth.logout.when', { refresh: '/r', logout: { url: '/l', when: 1 } }],
    ['auth.fields', { refresh: '/r', fields: 'token' }],
    ['auth.fields.accessToken.header', { refresh: '/r', fields: { accessToken: { header: 'X Y' } } }],
    ['auth.fields.accessToken.name', { refresh: '/r', fields: { accessToken: { name: 'X-Y' } } }],
    ['auth.fields.request', { refresh: '/r', fields: { request: { header: 'X-Y' } } }],
    ['auth.fields.login', { refresh: '/r', fields: { login: 'token' } }],
    ['auth.fields.refresh.token', { refresh: '/r', fields: { refresh: { token: 'token' } } }],
    ['auth.fields.refresh.accessToken', { refresh: '/r', fields: { refresh: { accessToken: 5 } } }],
    ['auth.fields.access_token', { refresh: '/r', fields: { access_token: 'token' } }],
    ['auth.fields.accessToken', { refresh: '/r', fields: { accessToken: 'a..b' } }],
    ['auth.fields.accessToken', { refresh: '/r', fields: { accessToken: '' } }],
    ['auth.fields.accessToken', { refresh: '/r', fields: { accessToken: ['a', 'b'] } }],
    ['auth.fields.subject.claim', { refresh: '/r', fields: { subject: { claim: 7 } } }],
    ['auth.fields.subject.name', { refresh: '/r', fields: { subject: { claim: 'id', name: 'id' } } }],
    ['auth.fields.subject', { refresh: '/r', fields: { subject: null } }],
    ['auth.fields.accessToken.claim', { refresh: '/r', fields: { accessToken: { claim: 'id' } } }],
    ['auth.expiresInUnit', { refresh: '/r', expiresInUnit: 'minutes' }],
    ['auth.expiresAt', { refresh: '/r', expiresAt: 'iso' }],
    ['auth.refreshToken', { refresh: '/r', refreshToken: 'localStorage' }],
    ['auth.refreshRequest', { refresh: '/r', refreshRequest: new Request(`${OWN}/r`) }],
    ['auth.header', { refresh: '/r', header: 'X Auth' }],
    ['auth.header', { refresh: '/r', header: '' }],
    ['auth.header', { refresh: '/r', header: [] }],
    ['auth.header', { refresh: '/r', header: ['Authorization', 'X Y'] }],
    ['auth.queryParameters', { refresh: '/r', queryParameters: 'token' }],
    ['auth.queryParameters', { refresh: '/r', queryParameters: ['to=ken'] }],
    ['auth.refresh', { login: '/l' }],
    ['auth.renewedIn', { renewedIn: 'X Y' }],
    ['auth.isExpired', { refresh: '/r', isExpired: true }],
    ['auth.scheme', { refresh: '/r', scheme: null }],
    ['auth.scheme', { refresh: '/r', scheme: 'Bearer\r\nX: y' }],
  ])('%s: %j', (option, options) => {
    expect(make(options)).toThrow(TypeError)
    expect(make(options)).toThrow(`option '${option}' got`)
  })

  test('and so are options that are none', () => {
    for (const options of [undefined, null, '/auth/refresh'])
      expect(make(options)).toThrow(/option 'auth' got/)
  })
})
