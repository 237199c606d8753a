import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  invalid,
  listOf,
  oneOf,
  optional,
  pageUrl,
  readOptions,
  requestHeader,
  seconds,
  text,
  url,
  withDefault,
} from './validate.ts'

beforeEach(() => {
  vi.stubGlobal('location', new URL('https://app.example/sw.js'))
})

describe('a wrong option is refused with its name, what it got and what it takes', () => {
  const circular: unknown[] = []
  circular.push(circular)
  test.each([
    { got: 5, shown: '5' },
    { got: 'x', shown: '"x"' },
    { got: undefined, shown: 'undefined' },
    { got: null, shown: 'null' },
    { got: { a: [1] }, shown: '{"a":[1]}' },
    { got: /^\/api/, shown: 'RegExp /^\\/api/' },
    { got: new URL('https://app.example/'), shown: 'URL https://app.example/' },
    { got: () => 1, shown: 'a function' },
    { got: 10n, shown: '10' },
    { got: Symbol('s'), shown: 'Symbol(s)' },
    { got: Number.NaN, shown: 'NaN' },
    { got: Number.POSITIVE_INFINITY, shown: 'Infinity' },
  ])('$got', ({ got, shown }) => {
    expect(() => invalid('protect', got, 'a list')).toThrow(
      new TypeError(`sw-token-broker: option 'protect' got ${shown}; expected a list`),
    )
  })

  test('a long value is cut short, and a circular one is no trouble', () => {
    expect(() => invalid('protect', 'x'.repeat(10_000), 'a list')).toThrow(/^.{100,200}$/)
    expect(() => invalid('protect', circular, 'a list')).toThrow(TypeError)
  })
})

describe('the members of an object of options', () => {
  const word = text(/^\w+$/, 'a word')
  const readers = { refresh: word, login: optional(word) }

  test('may be any of the known ones, and missing where they are optional', () => {
    expect(readOptions('auth', { refresh: 'r' }, readers)).toEqual({ refresh: 'r', login: undefined })
    expect(() => readOptions('auth', {}, readers)).toThrow(/'auth\.refresh' got undefined; expected a word/)
  })

  test('with a typo are named, beside those that there are', () => {
    expect(() => readOptions('auth', { refesh: '/r' }, readers)).toThrow(
      /'auth\.refesh' got "\/r".*refresh, login/,
    )
  })

  test('that are wrong are named as the app has written them', () => {
    expect(() => readOptions('broker', { refresh: 5 }, readers, '')).toThrow(/'refresh' got 5/)
  })

  test.each([undefined, null, 'x', 5, ['refresh']])('are not those of %j', (options) => {
    expect(() => readOptions('auth', options, {})).toThrow(/'auth'.*an object of options/)
  })
})

describe('values', () => {
  const word = text(/^\w*$/, 'a word')

  test('that are not given are the default', () => {
    expect(oneOf('a', 'b')('o', undefined)).toBe('a')
    expect(withDefault('x', word)('o', undefined)).toBe('x')
    expect(seconds(10)('o', undefined)).toBe(10_000)
  })

  test('that are given and right stay', () => {
    expect(oneOf('a', 'b')('o', 'b')).toBe('b')
    expect(oneOf(true, false)('o', false)).toBe(false)
    expect(withDefault('x', word)('o', '')).toBe('')
    expect(seconds(10)('o', 0.5)).toBe(500)
    expect(listOf(word, 'a list', 1)('o', ['a'])).toEqual(['a'])
  })

  test('there is a choice of are told', () => {
    expect(() => oneOf(false, 'a')('o', 'b')).toThrow("option 'o' got \"b\"; expected false or 'a'")
  })

  test.each<[string, () => unknown]>([
    ['a choice that there is not', () => oneOf('a', 'b')('o', 'c')],
    ['a choice of another type', () => oneOf('a', 'b')('o', true)],
    ['no choice', () => oneOf('a', 'b')('o', null)],
    ['a number for a text', () => word('o', 5)],
    ['a text of another form', () => word('o', 'a b')],
    ['a text for a number', () => seconds(10)('o', '10')],
    ['a negative number', () => seconds(10)('o', -1)],
    ['no number', () => seconds(10)('o', Number.NaN)],
    ['no seconds at all', () => seconds(10)('o', 0)],
    ['more seconds than a timer takes', () => seconds(10)('o', 2_592_000)],
    ['a header that is no token', () => requestHeader('o', 'a b')],
    ['an unending number', () => seconds(10)('o', Number.POSITIVE_INFINITY)],
    ['a list that is none', () => listOf(word, 'a list')('o', 'a')],
    ['too short a list', () => listOf(word, 'a list', 1)('o', [])],
    ['an entry of a list', () => listOf(word, 'a list')('o', ['a b'])],
  ])('that are wrong are refused: %s', (_, use) => {
    expect(use).toThrow(/option 'o' got/)
  })
})

describe('a URL', () => {
  test.each([
    { value: '/api/', href: 'https://app.example/api/' },
    { value: '/a/../b', href: 'https://app.example/b' },
    { value: '/token?grant_type=password', href: 'https://app.example/token?grant_type=password' },
    { value: 'https://api.example', href: 'https://api.example/' },
    { value: 'HTTPS://API.example:443/v1', href: 'https://api.example/v1' },
    { value: 'http://localhost:8080/x', href: 'http://localhost:8080/x' },
  ])('$value', ({ value, href }) => {
    expect(url('o', value).href).toBe(href)
  })

  test.each<unknown>([
    '',
    'api',
    './api',
    ' /api',
    '*',
    '//evil.example/',
    'ftp://x.example/',
    'javascript:alert(1)',
    'https://',
    'https://user:pw@x.example/',
    'https://user@x.example/',
    'https://x.example/#x',
    '/api#x',
    undefined,
    null,
    5,
    {},
    [['/api']],
    new URL('https://x.example/'),
  ])('that is none, or none to send tokens to, is refused: %j', (value) => {
    expect(() => url('auth.refresh', value)).toThrow(/'auth\.refresh' got .*expected a path/)
  })

  test("that is written as a path never leads away from the app's own origin", () => {
    const rest = fc.string({
      unit: fc.constantFrom('/', '\\', '\t', '\n', '.', ':', '@', 'evil.example', '?'),
    })
    fc.assert(
      fc.property(rest, (path) => {
        let parsed: URL | undefined
        try {
          parsed = url('o', `/${path}`)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
        if (parsed) expect(parsed.origin).toBe('https://app.example')
      }),
    )
  })
})

describe('the URL of a page', () => {
  test.each([
    { value: '/login', href: 'https://app.example/login' },
    { value: 'login?x=1#form', href: 'https://app.example/login?x=1#form' },
    { value: 'https://id.example/', href: 'https://id.example/' },
  ])('is made absolute: $value', ({ value, href }) => {
    expect(pageUrl('loginUrl', value)).toBe(href)
  })

  test.each(['', 'javascript:alert(1)', 'data:text/html,x', 'https://', 5, null, undefined])(
    'is refused: %j',
    (value) => {
      expect(() => pageUrl('loginUrl', value)).toThrow(/'loginUrl' got/)
    },
  )
})
