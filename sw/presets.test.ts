import { beforeEach, describe, expect, test, vi } from 'vitest'
import { jsonEndpoints, type JsonEndpointsOptions } from './json-endpoints.ts'
import { openDatabase } from './platform/database.ts'
import type { TokenEndpoint } from './platform/ports.ts'
import { judge } from './judge-answer.ts'
import * as presets from './presets.ts'
import { activeSession, testClock, tokenSet } from './testing/fixtures.ts'
import { httpServer, json } from './testing/http-server.ts'

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://app.example/sw.js'))
})

const clock = testClock()
const tokens = tokenSet({ accessToken: 'the-access-token', refreshToken: 'the-refresh-token' })

const connected = (options: JsonEndpointsOptions): TokenEndpoint => {
  const auth = jsonEndpoints(options)
  return auth.connect({
    clock,
    fetch,
    judge: auth.isExpired && judge(auth.isExpired, clock, () => undefined),
    timeout: 5000,
    name: 'default',
    database: openDatabase('unused'),
    report: () => undefined,
  }).endpoint
}

interface Wire {
  name: keyof typeof presets
  options: (base: string) => JsonEndpointsOptions
  /** What arrives at `refresh`. */
  request: { path: string; body?: unknown; headers?: Record<string, string> }
  /** What it answers, and the tokens in it. */
  answer: unknown
  tokens: object
  /** Its answer to a dead refresh token. */
  refusal: { status: number; body: unknown }
}

const WIRES: Wire[] = [
  {
    name: 'simpleJwt',
    options: (base) => presets.simpleJwt({ base }),
    request: { path: '/api/token/refresh/', body: { refresh: 'the-refresh-token' } },
    answer: { access: 'a2', refresh: 'r2' },
    tokens: { accessToken: 'a2', refreshToken: 'r2' },
    refusal: { status: 401, body: { detail: 'Token is blacklisted', code: 'token_not_valid' } },
  },
  {
    name: 'directus',
    options: (base) => presets.directus({ base }),
    request: { path: '/auth/refresh', body: { refresh_token: 'the-refresh-token', mode: 'json' } },
    answer: { data: { access_token: 'a2', refresh_token: 'r2', expires: 900_000 } },
    tokens: { accessToken: 'a2', refreshToken: 'r2', expiresAt: clock.now() + 900_000 },
    refusal: { status: 401, body: { errors: [{ extensions: { code: 'INVALID_CREDENTIALS' } }] } },
  },
  {
    name: 'supabase',
    options: (base) => presets.supabase({ base, apikey: 'anon' }),
    request: {
      path: '/auth/v1/token?grant_type=refresh_token',
      body: { refresh_token: 'the-refresh-token' },
      headers: { apikey: 'anon' },
    },
    answer: {
      access_token: 'a2',
      token_type: 'bearer',
      expires_in: 3600,
      refresh_token: 'r2',
      user: { id: 'ann' },
    },
    tokens: { accessToken: 'a2', refreshToken: 'r2', subject: 'ann', expiresAt: clock.now() + 3_600_000 },
    refusal: {
      status: 400,
      body: {
        code: 400,
        error_code: 'refresh_token_already_used',
        msg: 'Invalid Refresh Token: Already Used',
      },
    },
  },
  {
    name: 'nestjs',
    options: (base) => presets.nestjs({ base }),
    request: { path: '/api/v1/auth/refresh', headers: { authorization: 'Bearer the-refresh-token' } },
    answer: { token: 'a2', refreshToken: 'r2', tokenExpires: 1 },
    tokens: { accessToken: 'a2', refreshToken: 'r2' },
    refusal: { status: 401, body: { message: 'Unauthorized', statusCode: 401 } },
  },
  {
    name: 'laravelPassport',
    options: (base) => presets.laravelPassport({ base, clientId: 2, logout: `${base}/api/logout` }),
    request: {
      path: '/oauth/token',
      body: { grant_type: 'refresh_token', refresh_token: 'the-refresh-token', client_id: 2 },
    },
    answer: {
      token_type: 'Bearer',
      expires_in: 60,
      access_token: 'a2',
      refresh_token: 'r2',
    },
    tokens: { accessToken: 'a2', refreshToken: 'r2', expiresAt: clock.now() + 60_000 },
    refusal: { status: 401, body: { error: 'invalid_request', hint: 'Token has been revoked' } },
  },
  {
    name: 'fastapi',
    options: (base) => presets.fastapi({ base }),
    request: { path: '/token/refresh', body: { refresh_token: 'the-refresh-token' } },
    answer: { access_token: 'a2', token_type: 'bearer' },
    tokens: { accessToken: 'a2' },
    refusal: { status: 401, body: { detail: 'Could not validate credentials' } },
  },
  {
    name: 'strapiAdmin',
    options: (base) => presets.strapiAdmin({ base }),
    request: { path: '/admin/access-token' },
    answer: { data: { token: 'a2' } },
    tokens: { accessToken: 'a2' },
    refusal: { status: 401, body: { data: null, error: { status: 401, name: 'UnauthorizedError' } } },
  },
  {
    name: 'pocketbase',
    options: (base) => presets.pocketbase({ base }),
    request: {
      path: '/api/collections/users/auth-refresh',
      headers: { authorization: 'the-access-token' },
    },
    answer: { token: 'a2', record: { id: 'ann' } },
    tokens: { accessToken: 'a2', subject: 'ann' },
    refusal: {
      status: 401,
      body: { status: 401, message: 'The request requires valid record authorization token.' },
    },
  },
  {
    name: 'vuePureAdmin',
    options: (base) => presets.vuePureAdmin({ base }),
    request: { path: '/refresh-token', body: { refreshToken: 'the-refresh-token' } },
    answer: {
      success: true,
      data: { accessToken: 'a2', refreshToken: 'r2', expires: '2026/10/30 00:00:00' },
    },
    tokens: { accessToken: 'a2', refreshToken: 'r2' },
    refusal: { status: 200, body: { success: false, data: {} } },
  },
  {
    name: 'vben',
    options: (base) => presets.vben({ base }),
    request: { path: '/api/auth/refresh' },
    answer: 'a2',
    tokens: { accessToken: 'a2' },
    refusal: {
      status: 403,
      body: { code: -1, data: null, error: 'Forbidden Exception', message: 'Forbidden Exception' },
    },
  },
]

test('every preset has its wire format here', () => {
  expect(WIRES.map(({ name }) => name).toSorted()).toEqual(Object.keys(presets).toSorted())
})

describe.each(WIRES)('$name', ({ options, request, answer, tokens: expected, refusal }) => {
  test('refreshes as that server wants it, and finds the tokens in its answer', async () => {
    const server = await httpServer((response) => json(response, answer))
    const result = await connected(options(server.origin)).refresh(activeSession({ tokens }))
    expect(result).toMatchObject({ type: 'tokens', tokens: expected })
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: request.path,
        headers: { ...request.headers },
      },
    ])
    const [received] = server.received
    if (request.body !== undefined) expect(JSON.parse(received?.body ?? '')).toEqual(request.body)
  })

  test('ends the session where the refresh token is dead, and not for a 503', async () => {
    let { status, body } = refusal
    const server = await httpServer((response) => json(response, body, status))
    const endpoint = connected(options(server.origin))
    expect(await endpoint.refresh(activeSession({ tokens }))).toEqual({ type: 'rejected' })
    status = 503
    body = { success: true }
    expect(await endpoint.refresh(activeSession({ tokens }))).toMatchObject({ type: 'failed' })
  })

  test('shows the server no token of ours in a URL', async () => {
    const server = await httpServer((response) => json(response, {}))
    const endpoint = connected(options(server.origin))
    await endpoint.refresh(activeSession({ tokens }))
    await endpoint.revoke(activeSession({ tokens }))
    for (const { path } of server.received) expect(path).not.toMatch(/the-(access|refresh)-token/)
  })
})

test('Directus refuses every request with an expired bearer, so its logout has none', async () => {
  const server = await httpServer((response) => json(response, {}))
  await connected(presets.directus({ base: server.origin })).revoke(activeSession({ tokens }))
  expect(server.received).toMatchObject([
    { path: '/auth/logout', body: '{"refresh_token":"the-refresh-token","mode":"json"}' },
  ])
  expect(server.received[0]?.headers).not.toHaveProperty('authorization')
})

describe('Supabase', () => {
  test('a logout shows the gateway its key', async () => {
    const server = await httpServer((response) => json(response, ''))
    await connected(presets.supabase({ base: server.origin, apikey: 'anon' })).revoke(
      activeSession({ tokens }),
    )
    expect(server.received).toMatchObject([
      { path: '/auth/v1/logout', headers: { apikey: 'anon', authorization: 'Bearer the-access-token' } },
    ])
  })

  test('a 400 that is about something else ends no session', async () => {
    const server = await httpServer((response) => json(response, { error_code: 'validation_failed' }, 400))
    const result = await connected(presets.supabase({ base: server.origin, apikey: 'anon' })).refresh(
      activeSession({ tokens }),
    )
    expect(result).toMatchObject({ type: 'failed', failure: { code: 'refresh-misconfigured' } })
  })
})

test("Laravel Passport: a client that is set up wrong is no session's end", async () => {
  const server = await httpServer((response) => json(response, { error: 'invalid_client' }, 401))
  const result = await connected(presets.laravelPassport({ base: server.origin, clientId: 2 })).refresh(
    activeSession({ tokens }),
  )
  expect(result).toMatchObject({ type: 'failed', failure: { code: 'refresh-misconfigured' } })
})

test('an installation that differs overrides a member', () => {
  const { endpoints } = jsonEndpoints({ ...presets.directus(), logout: undefined })
  expect(endpoints.map(({ type }) => type)).toEqual(['login', 'refresh'])
})
