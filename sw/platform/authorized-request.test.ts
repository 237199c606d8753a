import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  authorizedRequest,
  mayBeCached,
  pastHttpCache,
  withoutAddress,
  withQuery,
} from './authorized-request.ts'

const OWN = 'https://app.example/api/x'
const OTHER = 'https://files.example/v1/x'

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://app.example/sw.js'))
})

describe('a request with the token', () => {
  test('is otherwise the same', async () => {
    const abort = new AbortController()
    const request = new Request(OWN, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json', Range: 'bytes=0-1', 'X-Own': 'é' },
      mode: 'cors',
      cache: 'no-cache',
      credentials: 'include',
      redirect: 'error',
      integrity: 'sha256-abc',
      referrer: 'https://app.example/page',
      referrerPolicy: 'origin',
      keepalive: true,
      signal: abort.signal,
    })
    const before = [...request.headers]
    const authorized = authorizedRequest(request, new Map([['Authorization', 'Bearer t']]))
    expect([...authorized.headers].filter(([name]) => name !== 'authorization')).toEqual(before)
    expect(authorized.headers.get('Authorization')).toBe('Bearer t')
    expect(authorized).toMatchObject({
      url: OWN,
      method: 'POST',
      mode: 'cors',
      cache: 'no-cache',
      credentials: 'include',
      redirect: 'error',
      integrity: 'sha256-abc',
      referrer: request.referrer,
      referrerPolicy: 'origin',
      keepalive: true,
    })
    expect(await authorized.text()).toBe('{"a":1}')
    abort.abort()
    expect(authorized.signal.aborted).toBe(true)
  })

  test('has it in the header of the API, in place of a placeholder', () => {
    const request = new Request(OWN, { headers: { 'X-Auth-Token': 'held-by-sw-token-broker-x' } })
    expect(authorizedRequest(request, new Map([['X-Auth-Token', 't']])).headers.get('x-auth-token')).toBe('t')
  })

  test('leaves the request of the page without it', () => {
    const request = new Request(OWN)
    authorizedRequest(request, new Map([['Authorization', 'Bearer t']]))
    expect(request.headers.has('Authorization')).toBe(false)
  })
})

describe('a tag asks in the mode no-cors, which would drop the token silently', () => {
  const tag = (url: string): Request =>
    new Request(url, {
      mode: 'no-cors',
      credentials: 'include',
      cache: 'force-cache',
      referrer: 'https://app.example/page',
      referrerPolicy: 'origin',
      headers: { Accept: 'image/*' },
    })

  test("to the app's own origin: same-origin, so that a redirect cannot carry the token away", () => {
    const authorized = authorizedRequest(tag(OWN), new Map([['Authorization', 'Bearer t']]))
    expect(authorized).toMatchObject({
      mode: 'same-origin',
      credentials: 'include',
      cache: 'force-cache',
      referrerPolicy: 'origin',
    })
    expect(authorized.headers.get('Authorization')).toBe('Bearer t')
    expect(authorized.headers.get('Accept')).toBe('image/*')
  })

  test('to a listed origin: cors, without cookies, so that it may answer `*`', () => {
    const authorized = authorizedRequest(tag(OTHER), new Map([['Authorization', 'Bearer t']]))
    expect(authorized).toMatchObject({ mode: 'cors', credentials: 'same-origin' })
    expect(authorized.headers.get('Authorization')).toBe('Bearer t')
  })

  test('without a session it stays what it is', () => {
    const request = tag(OWN)
    expect(authorizedRequest(request, new Map([['Authorization', undefined]]))).toBe(request)
  })
})

describe('a request without a session', () => {
  test('is the very one of the page where that has no credentials', () => {
    const request = new Request(OWN)
    expect(authorizedRequest(request, new Map([['Authorization', undefined]]))).toBe(request)
  })

  test('goes out without a placeholder, which means nothing to a server', async () => {
    const request = new Request(OWN, {
      method: 'POST',
      body: 'b',
      headers: { Authorization: 'Bearer held-by-sw-token-broker-x', Accept: 'text/plain' },
    })
    const anonymous = authorizedRequest(request, new Map([['Authorization', undefined]]))
    expect(anonymous.headers.has('Authorization')).toBe(false)
    expect(anonymous.headers.get('Accept')).toBe('text/plain')
    expect(await anonymous.text()).toBe('b')
  })
})

describe('after a change of user the HTTP cache does not answer', () => {
  test('a GET goes to the server, and is otherwise the same', () => {
    const request = new Request(OWN, {
      headers: { Authorization: 'Bearer t' },
      referrerPolicy: 'origin',
      mode: 'same-origin',
    })
    const fresh = pastHttpCache(request)
    expect(fresh).toMatchObject({ url: OWN, cache: 'reload', referrerPolicy: 'origin', mode: 'same-origin' })
    expect(fresh.headers.get('Authorization')).toBe('Bearer t')
  })

  test.each([
    { what: 'a POST', request: new Request(OWN, { method: 'POST', body: 'x' }) },
    { what: 'no-store', request: new Request(OWN, { cache: 'no-store' }) },
    { what: 'reload', request: new Request(OWN, { cache: 'reload' }) },
    { what: 'a HEAD', request: new Request(OWN, { method: 'HEAD' }) },
  ])('is not asked, or is asked alone, by $what', ({ request }) => {
    expect(mayBeCached(request)).toBe(false)
  })

  test.each(['default', 'no-cache', 'force-cache'] as const)(
    'may answer a GET with cache mode %s',
    (cache) => {
      expect(mayBeCached(new Request(OWN, { cache }))).toBe(true)
    },
  )
})

describe('a header that redirects carry along', () => {
  test('goes nowhere but to the own origin', () => {
    const request = authorizedRequest(new Request(OWN, { mode: 'cors' }), new Map([['X-Auth-Token', 't']]))
    expect(request).toMatchObject({ mode: 'same-origin', redirect: 'follow' })
    expect(request.headers.get('X-Auth-Token')).toBe('t')
  })

  test('of a listed other origin is carried by no redirect at all', () => {
    const request = authorizedRequest(
      new Request('https://files.example/v1/a'),
      new Map([['X-Auth-Token', 't']]),
    )
    expect(request).toMatchObject({ mode: 'cors', redirect: 'error' })
  })

  test.each(['manual', 'error'] as const)('is no matter where redirects are not followed: %s', (redirect) => {
    const request = authorizedRequest(
      new Request(OWN, { mode: 'cors', redirect }),
      new Map([['X-Auth-Token', 't']]),
    )
    expect(request).toMatchObject({ mode: 'cors', redirect })
  })
})

describe('a request with a token in its query', () => {
  test('is otherwise the same, body and all', async () => {
    const abort = new AbortController()
    const request = new Request(`${OWN}?token=placeholder&a=1#part`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json', Range: 'bytes=0-1' },
      mode: 'cors',
      cache: 'no-cache',
      credentials: 'include',
      redirect: 'manual',
      integrity: 'sha256-abc',
      referrerPolicy: 'origin',
      keepalive: true,
      signal: abort.signal,
    })
    const addressed = await withQuery(request, ['token=t%2F1', 'a=1'])
    expect([...addressed.headers]).toEqual([...request.headers])
    expect(addressed).toMatchObject({
      url: `${OWN}?token=t%2F1&a=1#part`,
      method: 'POST',
      mode: 'cors',
      cache: 'no-cache',
      credentials: 'include',
      redirect: 'manual',
      integrity: 'sha256-abc',
      referrerPolicy: 'origin',
      keepalive: true,
    })
    expect(await addressed.text()).toBe('{"a":1}')
    abort.abort()
    expect(addressed.signal.aborted).toBe(true)
  })

  test.each([
    { url: OWN, mode: 'same-origin' },
    { url: OTHER, mode: 'cors' },
  ])('of a tag keeps its headers: $mode', async ({ url, mode }) => {
    expect(await withQuery(new Request(url, { mode: 'no-cors' }), ['token=t'])).toMatchObject({
      mode,
      redirect: 'follow',
    })
  })
})

describe('the address that an answer came from', () => {
  const from = (url: string, type: ResponseType = 'basic'): Response => {
    const response = new Response('body', { status: 206, statusText: 'Part', headers: { 'X-Own': '1' } })
    Object.defineProperties(response, { url: { value: url }, type: { value: type } })
    return response
  }

  test('is not told where a token is in it', async () => {
    const shown = withoutAddress(from(`${OWN}?token=t%2F1`), 't/1', false)
    expect(shown).toMatchObject({ url: '', status: 206, statusText: 'Part' })
    expect(shown.headers.get('X-Own')).toBe('1')
    expect(await shown.text()).toBe('body')
  })

  test('is kept where none is, as after a redirect', () => {
    const response = from(OTHER)
    expect(withoutAddress(response, 't/1', false)).toBe(response)
  })

  test('of a redirect that the page wants to see cannot be hidden, so there is no answer', () => {
    const response = from(`${OWN}?token=t`, 'opaqueredirect')
    expect(withoutAddress(response, 't', false).type).toBe('error')
    expect(withoutAddress(response, 't', true)).toBe(response)
  })
})
