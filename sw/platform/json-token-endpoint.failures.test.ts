import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { RFC_FIELDS } from '../core/token-response.ts'
import { activeSession, NOW, testClock } from '../testing/fixtures.ts'
import { httpServer, json } from '../testing/http-server.ts'
import { jsonTokenEndpoint, type JsonTokenEndpointOptions } from './json-token-endpoint.ts'
import type { RefreshResult } from './ports.ts'

const OPTIONS: Omit<JsonTokenEndpointOptions, 'refresh'> = {
  method: 'POST',
  refreshToken: 'body',
  header: 'Authorization',
  scheme: 'Bearer',
  fields: RFC_FIELDS,
  expiresInUnit: 's',
  timeout: 5000,
  clock: testClock(),
  fetch,
}

const refreshAt = (origin: string, timeout = 5000): Promise<RefreshResult> =>
  jsonTokenEndpoint({ ...OPTIONS, refresh: `${origin}/auth/refresh`, timeout }).refresh(activeSession())

/** What comes of a refresh that a server answers so. */
const refreshFrom = async (
  answer: (response: ServerResponse) => void,
  timeout?: number,
): Promise<RefreshResult> => {
  const { origin } = await httpServer(answer)
  return refreshAt(origin, timeout)
}

describe('only the server can end a session', () => {
  test.each([
    { status: 400, body: { error: 'invalid_grant' } },
    { status: 401, body: { message: 'no' } },
    { status: 403, body: '<h1>Forbidden</h1>' },
  ])('by $status $body', async ({ status, body }) => {
    expect(await refreshFrom((response) => json(response, body, status))).toEqual({ type: 'rejected' })
  })
})

test('and by whatever the app takes for a refusal, among the answers that bring no tokens', async () => {
  const answer = async (
    status: number,
    body: object,
    verdict: boolean | undefined,
  ): Promise<RefreshResult> => {
    const { origin } = await httpServer((response) => json(response, body, status))
    const judge = async (response: Response): Promise<boolean | undefined> =>
      (await response.text()).includes('over') ? verdict : undefined
    return jsonTokenEndpoint({ ...OPTIONS, refresh: origin, judge }).refresh(activeSession())
  }
  expect(await answer(200, { errors: ['over'] }, true)).toEqual({ type: 'rejected' })
  expect(await answer(400, { errors: ['over'] }, true)).toEqual({ type: 'rejected' })
  expect(await answer(200, { errors: ['over'] }, false)).toMatchObject({ type: 'failed' })
  expect(await answer(401, { error: 'invalid_client' }, true)).toMatchObject({ type: 'failed' })
  expect(await answer(503, { errors: ['over'] }, true)).toMatchObject({ type: 'failed' })
  expect(await answer(200, { access_token: 'over' }, true)).toMatchObject({ type: 'tokens' })
})

describe('an answer that is no token response keeps the session', () => {
  test.each([
    {
      what: 'HTML of a captive portal',
      status: 200,
      body: '<!doctype html>',
      is: { code: 'invalid-token-response', status: 200 },
    },
    { what: 'an empty success', status: 200, body: '', is: { code: 'invalid-token-response' } },
    { what: 'JSON without a token', status: 200, body: {}, is: { code: 'invalid-token-response' } },
    {
      what: 'a wrong type',
      status: 200,
      body: { access_token: 5 },
      is: { code: 'invalid-token-response', member: 'access_token' },
    },
    {
      what: 'a token whose lifetime cannot be read',
      status: 200,
      body: { access_token: 'at', expires_in: 'soon' },
      is: { code: 'invalid-token-response', member: 'expires_in' },
    },
    {
      what: 'an error of a gateway',
      status: 502,
      body: '<h1>Bad gateway</h1>',
      is: { code: 'refresh-unavailable', status: 502 },
    },
    { what: 'too many requests', status: 429, body: {}, is: { code: 'refresh-unavailable', status: 429 } },
    {
      what: 'a wrong client',
      status: 401,
      body: { error: 'invalid_client' },
      is: { kind: 'misconfigured', code: 'refresh-misconfigured', error: 'invalid_client' },
    },
    { what: 'a wrong address', status: 404, body: '', is: { kind: 'misconfigured', status: 404 } },
  ])('$what', async ({ status, body, is }) => {
    const result = await refreshFrom((response) => json(response, body, status))
    expect(result).toMatchObject({ type: 'failed', failure: { kind: 'http', ...is }, retryAfter: 0 })
  })
})

describe('a token endpoint that cannot be reached keeps the session', () => {
  const UNREACHABLE = {
    type: 'failed',
    failure: { kind: 'network', code: 'refresh-unreachable' },
    retryAfter: 0,
  }

  test('the connection is refused', async () => {
    expect(await refreshAt('http://127.0.0.1:1')).toMatchObject(UNREACHABLE)
  })

  test('nor can what a refreshRequest asks for', async () => {
    const refresh = (refreshRequest: () => Promise<Request>): Promise<RefreshResult> =>
      jsonTokenEndpoint({ ...OPTIONS, refresh: 'http://127.0.0.1:1', refreshRequest }).refresh(
        activeSession(),
      )
    expect(
      await refresh(async () => new Request(await (await fetch('http://127.0.0.1:1')).text())),
    ).toMatchObject(UNREACHABLE)
    expect(await refresh(() => Promise.reject(new TypeError('x is not a function')))).toMatchObject({
      failure: { kind: 'misconfigured' },
    })
  })

  test('the connection is dropped before an answer', async () => {
    expect(await refreshFrom((response) => response.destroy())).toMatchObject(UNREACHABLE)
  })

  test('the connection is dropped in the middle of the answer', async () => {
    const result = await refreshFrom((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' })
      response.write('{"access_token":"half', () => response.destroy())
    })
    expect(result).toMatchObject(UNREACHABLE)
  })

  test('nothing comes within the time limit', async () => {
    const result = await refreshFrom(() => undefined, 50)
    expect(result).toMatchObject({ ...UNREACHABLE, failure: { message: expect.stringContaining('0.05 s') } })
  })

  test('the answer begins and never ends', async () => {
    const result = await refreshFrom((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.write('{"access_token":"half')
    }, 50)
    expect(result).toMatchObject(UNREACHABLE)
  })

  test('a request that took too long is aborted', async () => {
    let closed = false
    await refreshFrom((response) => response.on('close', () => (closed = true)), 50)
    await expect.poll(() => closed).toBe(true)
  })
})

describe('Retry-After', () => {
  const retryAfter = async (value: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const result = await refreshFrom((response) =>
      json(response, {}, 503, { Date: new Date(NOW).toUTCString(), 'Retry-After': value, ...headers }),
    )
    return result.type === 'failed' ? result.retryAfter : result
  }

  test.each([
    { value: '120', ms: 120_000 },
    { value: '0', ms: 0 },
    { value: new Date(NOW + 90_000).toUTCString(), ms: 90_000 },
    { value: new Date(NOW - 90_000).toUTCString(), ms: 0 },
    { value: 'soon', ms: 0 },
    { value: '-5', ms: 0 },
    { value: '1.5', ms: 0 },
  ])('$value: $ms ms', async ({ value, ms }) => {
    expect(await retryAfter(value)).toBe(ms)
  })

  test("as a date is measured by the server's own clock, which may be minutes off", async () => {
    const server = NOW + 300_000
    const value = new Date(server + 10_000).toUTCString()
    expect(await retryAfter(value, { Date: new Date(server).toUTCString() })).toBe(10_000)
  })
})
