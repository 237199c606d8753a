import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { isObject } from './json.ts'
import { jsonOf, testServer } from './test-server.ts'

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** ms */
const SLOW_MACHINE = 60_000

describe('the token', () => {
  test('is wanted: a request without one is told the scheme alone', async () => {
    const server = await testServer()
    const response = await server.get('/api/orders')
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await jsonOf(response)).toEqual({ error: 'unauthorized' })
  })

  const isRefused = async (response: Response, why: RegExp): Promise<void> => {
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toMatch(
      /^Bearer error="invalid_token", error_description=".+"$/,
    )
    expect(response.headers.get('WWW-Authenticate')).toMatch(why)
    expect(await jsonOf(response)).toEqual({ error: 'invalid_token' })
  }

  test('is refused when it has expired, and not before', async () => {
    const server = await testServer({ accessTokenTtl: 300 })
    const { bearer } = await server.login()
    expect((await server.get('/api/orders', bearer)).status).toBe(200)
    server.state.accessTokenTtl = 0.1
    const { bearer: short } = await server.login()
    await sleep(150)
    await isRefused(await server.get('/api/orders', short), /expired/)
    expect(server.state.stats.requests.at(-1)).toMatchObject({ token: 'expired', user: 'alice' })
  })

  test('is refused when another server has signed it', async () => {
    const server = await testServer()
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT({ sub: 'alice', sid: 'x' })
      .setProtectedHeader({ alg: 'ES256' })
      .setAudience(`${server.url}/api`)
      .setIssuer(server.url)
      .setExpirationTime('1h')
      .sign(privateKey)
    await isRefused(await server.get('/api/orders', { Authorization: `Bearer ${forged}` }), /not issued/)
    expect(server.state.stats.requests.at(-1)).toMatchObject({ token: 'other', user: null })
  })

  test('is no placeholder', async () => {
    const server = await testServer()
    const headers = { Authorization: 'Bearer a.b.held-by-sw-token-broker-0a0' }
    await isRefused(await server.get('/api/orders', headers), /placeholder/)
    expect(server.state.stats.requests.at(-1)).toMatchObject({ token: 'placeholder', user: null })
  })

  test('may be missing at the public endpoint, but not be wrong', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    expect(await jsonOf(await server.get('/api/public'))).toMatchObject({ user: null })
    expect(await jsonOf(await server.get('/api/public', bearer))).toMatchObject({ user: 'alice' })
    await isRefused(await server.get('/api/public', { Authorization: 'Bearer wrong' }), /not issued/)
  })

  test('may have a scheme in any case', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const headers = { Authorization: `${bearer['Authorization']}`.replace('Bearer', 'bearer') }
    expect((await server.get('/api/orders', headers)).status).toBe(200)
  })
})

describe('echo and upload', () => {
  test('echo tells what arrived, without the token', async () => {
    const server = await testServer()
    const { bearer } = await server.login('bob')
    const response = await fetch(`${server.url}/api/echo?a=1&b=2`, {
      method: 'PATCH',
      headers: { ...bearer, 'X-Mine': 'yes' },
      body: 'hello',
    })
    expect(await jsonOf(response)).toMatchObject({
      method: 'PATCH',
      path: '/api/echo',
      query: { a: '1', b: '2' },
      headers: { authorization: 'Bearer <redacted>', 'x-mine': 'yes' },
      bytes: 5,
      sha256: sha256('hello'),
      user: 'bob',
      authorization: 'valid',
    })
  })

  test('echo takes a request without a body', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const body = await jsonOf(await server.get('/api/echo', bearer))
    expect(body).toMatchObject({ bytes: 0, sha256: sha256('') })
  })

  test('a form is hashed as it arrives, not parsed', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const form = new FormData()
    form.append('file', new Blob([randomBytes(1000)]), 'a.bin')
    const request = new Request(`${server.url}/api/upload`, { method: 'POST', headers: bearer, body: form })
    const sent = new Uint8Array(await request.clone().arrayBuffer())
    expect(await jsonOf(await fetch(request))).toEqual({
      bytes: sent.length,
      sha256: sha256(sent),
      contentType: request.headers.get('Content-Type'),
    })
  })

  test(
    '64 MiB are no problem',
    async () => {
      const server = await testServer()
      const { bearer } = await server.login()
      const body = Buffer.alloc(64 * 1024 * 1024, 'abc')
      const response = await fetch(`${server.url}/api/upload`, { method: 'POST', headers: bearer, body })
      expect(await jsonOf(response)).toMatchObject({ bytes: body.length, sha256: sha256(body) })
    },
    SLOW_MACHINE,
  )

  test(
    'a large body without a token is answered all the same',
    async () => {
      const server = await testServer()
      const body = Buffer.alloc(64 * 1024 * 1024)
      const response = await fetch(`${server.url}/api/upload`, { method: 'POST', body })
      expect(response.status).toBe(401)
    },
    SLOW_MACHINE,
  )
})

describe('files and streams', () => {
  test('the picture is a PNG', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const response = await server.get('/api/image.png', bearer)
    expect(response.headers.get('Content-Type')).toBe('image/png')
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  })

  test('the sound comes whole or in parts', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const whole = await server.get('/api/audio.wav', bearer)
    expect(whole.status).toBe(200)
    expect(whole.headers.get('Content-Type')).toBe('audio/wav')
    expect(whole.headers.get('Accept-Ranges')).toBe('bytes')
    const bytes = new Uint8Array(await whole.arrayBuffer())
    expect(bytes.length).toBeGreaterThan(200 * 1024)

    const part = await server.get('/api/audio.wav', { ...bearer, Range: 'bytes=100-199' })
    expect(part.status).toBe(206)
    expect(part.headers.get('Content-Range')).toBe(`bytes 100-199/${bytes.length}`)
    expect(part.headers.get('Content-Length')).toBe('100')
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(100, 200))

    const beyond = await server.get('/api/audio.wav', { ...bearer, Range: `bytes=${bytes.length}-` })
    expect(beyond.status).toBe(416)
    expect(beyond.headers.get('Content-Range')).toBe(`bytes */${bytes.length}`)
  })

  test('the download is an attachment of 1 MiB', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const response = await server.get('/api/download', bearer)
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename=/)
    expect((await response.arrayBuffer()).byteLength).toBe(1024 * 1024)
  })

  test('events go on after the last one the client knows', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const response = await server.get('/api/events?count=2', { ...bearer, 'Last-Event-ID': '7' })
    expect(response.headers.get('Content-Type')).toBe('text/event-stream')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect((await response.text()).match(/^id: .*$/gm)).toEqual(['id: 8', 'id: 9'])
  })
})

describe('answers', () => {
  test.each([
    ['/api/forbidden', 403, 'Bearer error="insufficient_scope", scope="admin"'],
    [
      '/api/step-up',
      401,
      'Bearer error="insufficient_user_authentication", acr_values="urn:demo:mfa", max_age="60"',
    ],
    [
      '/api/always-401',
      401,
      'Bearer error="invalid_token", error_description="No token is good enough here"',
    ],
    ['/api/nothing-here', 404, null],
    ['/api/redirect', 400, null],
    ['/api/redirect?to=/x&status=200', 400, null],
    ['/api/slow?ms=x', 400, null],
  ])('%s is %i', async (path, status, challenge) => {
    const server = await testServer()
    const { bearer } = await server.login()
    const response = await server.get(path, bearer)
    expect(response.status).toBe(status)
    expect(response.headers.get('WWW-Authenticate')).toBe(challenge)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(isObject(await response.json())).toBe(true)
  })

  test('orders are a list', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const orders: unknown = await (await server.get('/api/orders', bearer)).json()
    expect(orders).toContainEqual({ id: 1, item: 'Espresso cups', quantity: 6, total: '48.00' })
  })

  test('one may be cached, as the answers of many APIs are: a refusal may not', async () => {
    const server = await testServer()
    const { bearer } = await server.login('bob')
    const answer = await server.get('/api/cached', bearer)
    expect(answer.headers.get('Cache-Control')).toBe('private, max-age=600')
    expect(answer.headers.get('Vary')).toBeNull()
    expect(await jsonOf(answer)).toEqual({ user: 'bob' })
    expect((await server.get('/api/cached')).headers.get('Cache-Control')).toBe('no-store')
  })

  test.each([
    ['', 302],
    ['&status=307', 307],
  ])('redirect%s', async (query, status) => {
    const server = await testServer()
    const { bearer } = await server.login()
    const to = 'https://elsewhere.example/a?b=c'
    const response = await server.get(`/api/redirect?to=${encodeURIComponent(to)}${query}`, bearer)
    expect(response.status).toBe(status)
    expect(response.headers.get('Location')).toBe(to)
  })

  test('slow takes its time', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const started = performance.now()
    expect((await server.get('/api/slow?ms=150', bearer)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(140)
  })
})
