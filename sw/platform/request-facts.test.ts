import { beforeAll, describe, expect, test, vi } from 'vitest'
import { SESSION_ID } from '../testing/fixtures.ts'
import { factsOf } from './request-facts.ts'

beforeAll(() => {
  vi.stubGlobal('location', new URL('https://app.example/sw.js'))
})

const facts = (url: string, init?: RequestInit, header = 'Authorization'): ReturnType<typeof factsOf> =>
  factsOf(new Request(url, init), { headers: [header], scheme: 'Bearer', query: ['token'] })

describe('what is known of a request before it is answered', () => {
  test('is all that the decision needs', () => {
    const request = new Request('https://app.example/api/a%20b?x=1&y=&x=2#part', {
      method: 'PUT',
      mode: 'same-origin',
      cache: 'no-store',
      credentials: 'omit',
      headers: { Authorization: 'Basic YTpi' },
    })
    expect(factsOf(request, { headers: ['Authorization'], scheme: 'Bearer', query: [] })).toMatchObject({
      origin: 'https://app.example',
      path: '/api/a%20b',
      query: ['x=1', 'y=', 'x=2'],
      method: 'PUT',
      mode: 'same-origin',
      cache: 'no-store',
      credentials: 'omit',
      isOwnOrigin: true,
      authorization: 'Basic YTpi',
      hasPlaceholder: false,
    })
  })

  test.each([
    { url: 'https://app.example/api/../api/./x', path: '/api/x' },
    { url: 'https://app.example/api/%2e%2e/admin', path: '/admin' },
    { url: 'https://app.example//api/', path: '//api/' },
    { url: 'HTTPS://APP.example:443/api', path: '/api' },
  ])('is compared as the browser sends it: $url', ({ url, path }) => {
    expect(facts(url)).toMatchObject({ origin: 'https://app.example', path })
  })

  test.each([
    { url: 'https://app.example/api', query: [] },
    { url: 'https://app.example/api?', query: [] },
    { url: 'https://app.example/api?grant_type=password', query: ['grant_type=password'] },
  ])('has no query where there is none: $url', ({ url, query }) => {
    expect(facts(url).query).toEqual(query)
  })

  test('an API with a header of its own has its credentials there', () => {
    const init = { headers: { 'X-Auth-Token': 'mine', Authorization: 'Basic YTpi' } }
    expect(facts('https://app.example/', init, 'x-auth-token').authorization).toBe('mine')
    expect(facts('https://app.example/', {}, 'X-Auth-Token').authorization).toBeNull()
  })

  test('a header that says that there is no token is none', () => {
    for (const value of ['Bearer null', 'Bearer undefined', 'Bearer ']) {
      const init = { headers: { Authorization: value } }
      expect(facts('https://app.example/', init)).toMatchObject({
        authorization: null,
        hasPlaceholder: false,
      })
    }
  })

  test('a placeholder is seen in a named member of the query, and only there', () => {
    const placeholder = `held-by-sw-token-broker-${SESSION_ID}a1`
    expect(facts(`https://app.example/?a=1&token=${placeholder}`).hasPlaceholder).toBe(true)
    expect(facts(`https://app.example/?a=1&t=${placeholder}`).hasPlaceholder).toBe(false)
  })

  test('a placeholder is seen in the header that carries the token, and only there', () => {
    const placeholder = `Bearer held-by-sw-token-broker-${SESSION_ID}a1`
    const url = 'https://app.example/'
    expect(facts(url, { headers: { Authorization: placeholder } }).hasPlaceholder).toBe(true)
    expect(facts(url, { headers: { 'X-Other': placeholder } }).hasPlaceholder).toBe(false)
  })
})

describe('a page asks to be left alone', () => {
  test.each([
    { url: 'https://app.example/api/x#without-token', marked: true },
    { url: 'https://app.example/api/x?a=1#without-token', marked: true },
    { url: 'https://app.example/api/x#other', marked: false },
    { url: 'https://app.example/api/x?q=without-token', marked: false },
    { url: 'https://app.example/api/x', marked: false },
  ])('$url: $marked', ({ url, marked }) => {
    expect(facts(url).isMarked).toBe(marked)
  })
})
