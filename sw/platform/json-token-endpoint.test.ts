import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RFC_FIELDS } from '../core/token-response.ts'
import { activeSession, NOW, PAGE_REFRESH, testClock, tokenSet } from '../testing/fixtures.ts'
import { httpServer, json, type HttpServer } from '../testing/http-server.ts'
import { jsonTokenEndpoint, type JsonTokenEndpointOptions } from './json-token-endpoint.ts'
import type { TokenEndpoint } from './ports.ts'

const optionsAt = (origin: string): JsonTokenEndpointOptions => ({
  refresh: `${origin}/auth/refresh`,
  method: 'POST',
  logout: `${origin}/auth/logout`,
  refreshToken: 'body',
  header: 'Authorization',
  scheme: 'Bearer',
  fields: RFC_FIELDS,
  expiresInUnit: 's',
  timeout: 5000,
  clock: testClock(),
  fetch,
})

const endpointAt = (origin: string, options: Partial<JsonTokenEndpointOptions> = {}): TokenEndpoint =>
  jsonTokenEndpoint({ ...optionsAt(origin), ...options })

const tokenServer = (): Promise<HttpServer> =>
  httpServer((response) => json(response, { access_token: 'access-token-2', expires_in: 60 }))

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://app.example/sw.js'))
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a refresh', () => {
  test('posts the refresh token as JSON and brings the next tokens', async () => {
    const { origin, received } = await tokenServer()
    const result = await endpointAt(origin).refresh(activeSession())
    expect(result).toMatchObject({
      type: 'tokens',
      tokens: { accessToken: 'access-token-2', receivedAt: NOW, expiresAt: NOW + 60_000 },
    })
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/auth/refresh',
      body: '{"refresh_token":"refresh-token-1"}',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    })
    expect(received[0]?.headers).not.toHaveProperty('authorization')
  })

  test("has the server's own member, nested too", async () => {
    const { origin, received } = await tokenServer()
    await endpointAt(origin, { fields: { ...RFC_FIELDS, request: 'data.token' } }).refresh(activeSession())
    expect(received[0]?.body).toBe('{"data":{"token":"refresh-token-1"}}')
  })

  test("by cookie sends no token, and to its own origin a header that no other site's form can send", async () => {
    const { origin, received } = await tokenServer()
    vi.stubGlobal('location', new URL(`${origin}/sw.js`))
    const fetched = vi.spyOn(globalThis, 'fetch')
    await endpointAt(origin, { refreshToken: 'cookie' }).refresh(activeSession())
    expect(received[0]).toMatchObject({ method: 'POST', body: '', headers: { 'x-sw-token-broker': '1' } })
    expect(fetched.mock.calls[0]?.[0]).toMatchObject({ credentials: 'same-origin' })
  })

  test('by cookie to another origin has no header that would force a preflight', async () => {
    const { origin, received } = await tokenServer()
    const fetched = vi.spyOn(globalThis, 'fetch')
    await endpointAt(origin, { refreshToken: 'cookie' }).refresh(activeSession())
    expect(received[0]?.headers).not.toHaveProperty('x-sw-token-broker')
    expect(received[0]?.headers).not.toHaveProperty('content-type')
    expect(fetched.mock.calls[0]?.[0]).toMatchObject({ credentials: 'include' })
  })

  test.each([
    { what: 'a refresh token', tokens: tokenSet(), options: {}, can: true },
    { what: 'none', tokens: { accessToken: 'at', receivedAt: NOW }, options: {}, can: false },
    {
      what: 'a cookie',
      tokens: { accessToken: 'at', receivedAt: NOW },
      options: { refreshToken: 'cookie' as const },
      can: true,
    },
    {
      what: "the app's own request",
      tokens: { accessToken: 'at', receivedAt: NOW },
      options: { refreshRequest: () => new Request('https://app.example/') },
      can: true,
    },
  ])('with $what is possible: $can', ({ tokens, options, can }) => {
    expect(endpointAt('https://app.example', options).canRefresh(tokens)).toBe(can)
  })
})

describe("a refresh request of the app's own making", () => {
  test("is sent as it is, and can be made from the page's last one", async () => {
    const { origin, received } = await tokenServer()
    const seen: unknown[] = []
    const endpoint = endpointAt(origin, {
      async refreshRequest({ accessToken, refreshToken, lastRequest }) {
        seen.push(accessToken, refreshToken, lastRequest?.url, lastRequest?.method, await lastRequest?.text())
        return new Request(`${origin}/renew`, { method: 'PUT', body: `r=${refreshToken}` })
      },
    })
    const result = await endpoint.refresh(activeSession({ lastRequest: PAGE_REFRESH }))
    expect(result.type).toBe('tokens')
    expect(seen).toEqual(['access-token-1', 'refresh-token-1', PAGE_REFRESH.url, 'POST', PAGE_REFRESH.body])
    expect(received[0]).toMatchObject({ method: 'PUT', path: '/renew', body: 'r=refresh-token-1' })
  })

  test('gets no last request where the page made none, and one without a body where that had none', async () => {
    const { origin } = await tokenServer()
    const seen: (Request | undefined)[] = []
    const endpoint = endpointAt(origin, {
      refreshRequest({ lastRequest }) {
        seen.push(lastRequest)
        return new Request(`${origin}/renew`)
      },
    })
    await endpoint.refresh(activeSession())
    await endpoint.refresh(activeSession({ lastRequest: { ...PAGE_REFRESH, method: 'GET', body: '' } }))
    expect(seen.map((request) => request?.method)).toEqual([undefined, 'GET'])
  })

  test.each([
    { does: 'throws', make: vi.fn().mockThrow(new Error('no form yet')), message: 'no form yet' },
    { does: 'rejects', make: vi.fn().mockRejectedValue(new Error('no form yet')), message: 'no form yet' },
    { does: 'gives no Request', make: vi.fn().mockResolvedValue('/renew'), message: 'must return a Request' },
  ])('that $does is a wrong configuration, not a lost session', async ({ make, message }) => {
    const result = await endpointAt('https://app.example', { refreshRequest: make }).refresh(activeSession())
    expect(result).toMatchObject({
      type: 'failed',
      failure: {
        kind: 'misconfigured',
        code: 'refresh-misconfigured',
        message: expect.stringContaining(message),
      },
    })
  })

  test('that never comes does not hold up the session for ever', async () => {
    const endpoint = endpointAt('https://app.example', {
      timeout: 20,
      refreshRequest: () => new Promise(() => {}),
    })
    expect((await endpoint.refresh(activeSession())).type).toBe('failed')
  })
})

describe('a logout', () => {
  const revoke = async (
    options: Partial<JsonTokenEndpointOptions>,
    tokens = tokenSet(),
  ): Promise<HttpServer['received']> => {
    const { origin, received } = await httpServer((response) => json(response, {}, 500))
    await endpointAt(origin, options).revoke(activeSession({ tokens }))
    return received
  }

  test('tells the server of both tokens', async () => {
    expect(await revoke({})).toMatchObject([
      {
        method: 'POST',
        path: '/auth/logout',
        body: '{"refresh_token":"refresh-token-1"}',
        headers: { authorization: 'Bearer access-token-1', 'content-type': 'application/json' },
      },
    ])
  })

  test("names the refresh token also as the server's refresh does", async () => {
    const received = await revoke({
      fields: { ...RFC_FIELDS, request: 'token' },
      header: 'X-Auth-Token',
      scheme: '',
    })
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      refresh_token: 'refresh-token-1',
      token: 'refresh-token-1',
    })
    expect(received[0]?.headers).toMatchObject({ 'x-auth-token': 'access-token-1' })
  })

  test('by cookie has an empty body, and no header for an access token that the worker has lost', async () => {
    const received = await revoke({ refreshToken: 'cookie' }, { accessToken: '', receivedAt: NOW })
    expect(received[0]?.body).toBe('')
    expect(received[0]?.headers).not.toHaveProperty('authorization')
  })

  test('is sent to nobody where the server has no such endpoint', async () => {
    const { logout: _, ...options } = optionsAt('https://app.example')
    await expect(jsonTokenEndpoint(options).revoke(activeSession())).resolves.toBeUndefined()
  })

  test('that is never answered is given up', async () => {
    const endpoint = endpointAt('https://app.example', { timeout: 20, fetch: () => new Promise(() => {}) })
    expect((await endpoint.revoke(activeSession()))?.ok).toBe(false)
  })
})
