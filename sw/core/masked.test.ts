import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jwt, SESSION_ID } from '../testing/fixtures.ts'
import { masked, placeholderFor } from './placeholder.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const ACCESS = placeholderFor('a', 'access', BASIS, false)
const REFRESH = placeholderFor('r', 'refresh', BASIS, false)

describe('no token reaches the page', () => {
  const masks = new Map([
    ['access/token+1', ACCESS],
    ['refresh-token-1', REFRESH],
  ])
  test.each([
    { where: 'as a member', json: '{"access_token":"access/token+1"}' },
    { where: 'under any name', json: '{"user":{"jwt":["access/token+1"]}}' },
    { where: 'inside a longer text', json: '{"header":"Bearer access/token+1"}' },
    { where: 'as the name of a member', json: '{"access/token+1":true}' },
    { where: 'with an escaped slash', json: '{"t":"access\\/token+1"}' },
    { where: 'with escaped characters', json: '{"t":"\\u0061ccess/token\\u002B1"}' },
    { where: 'as the whole document', json: '"access/token+1"' },
  ])('$where', ({ json }) => {
    const result = masked(json, masks)
    expect(JSON.stringify(JSON.parse(result))).not.toContain('access/token+1')
    expect(JSON.stringify(JSON.parse(result))).toContain(ACCESS)
  })

  test('each token has its own placeholder', () => {
    expect(masked('["access/token+1","refresh-token-1"]', masks)).toBe(`["${ACCESS}","${REFRESH}"]`)
  })

  test('of two tokens where one begins with the other, both are replaced whole', () => {
    const nested = new Map([
      ['abcdefgh', ACCESS],
      ['abcdefgh.refresh', REFRESH],
    ])
    expect(masked('["abcdefgh.refresh","abcdefgh"]', nested)).toBe(`["${REFRESH}","${ACCESS}"]`)
  })

  test('a JWT is readable and dead', () => {
    const token = jwt({ sub: 'u1' })
    const placeholder = placeholderFor(token, 'access', BASIS, true)
    const json = JSON.stringify({ token, claims: { sub: 'u1' } })
    expect(JSON.parse(masked(json, new Map([[token, placeholder]])))).toEqual({
      token: placeholder,
      claims: { sub: 'u1' },
    })
  })
})

describe('all else stays as the server wrote it', () => {
  const masks = new Map([['abc', ACCESS]])
  test.each([
    { what: 'numbers beyond 2^53', json: '{"id":12345678901234567890,"t":"x"}' },
    { what: 'digits of decimals', json: '{"price":1.10,"e":1E400}' },
    { what: 'white space', json: '{\n  "a" : [ 1,\t2 ]\r\n}' },
    { what: 'members of one name', json: '{"a":1,"a":2}' },
    { what: 'escapes', json: '{"url":"https:\\/\\/x","e":"\\u00e9"}' },
    { what: 'a lone surrogate', json: '{"s":"\\ud800"}' },
    { what: 'words that contain a short token', json: '{"text":"abcdef","alphabet":"xabcx"}' },
  ])('$what', ({ json }) => {
    expect(masked(json, masks)).toBe(json)
  })

  test('also beside a token', () => {
    expect(masked('{"id":12345678901234567890, "t":"abc" ,"s":"\\/"}', masks)).toBe(
      `{"id":12345678901234567890, "t":"${ACCESS}" ,"s":"\\/"}`,
    )
  })

  test('without any token nothing changes', () => {
    expect(masked('{"mfa":"required"}', new Map())).toBe('{"mfa":"required"}')
  })
})

describe('for any JSON', () => {
  const token = fc
    .string({ unit: fc.constantFrom(...'abXYZ019._~+/=-"\\é'.split('')), minLength: 8, maxLength: 30 })
    .filter((text) => !ACCESS.includes(text) && !REFRESH.includes(text))

  /** A JSON text that spells the same value with escapes, spaces and big numbers of the server's own choice. */
  const spelled = (value: unknown, escape: (char: string, index: number) => boolean): string => {
    if (typeof value === 'string')
      return `"${value
        .split('')
        .map((char, index) =>
          escape(char, index)
            ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
            : JSON.stringify(char).slice(1, -1),
        )
        .join('')}"`
    if (Array.isArray(value)) return `[ ${value.map((item) => spelled(item, escape)).join(' ,')} ]`
    if (typeof value === 'object' && value !== null)
      return `{${Object.entries(value)
        .map(([key, member]) => `${spelled(key, escape)}: ${spelled(member, escape)}`)
        .join(',')}}`
    return String(value)
  }
  const texts = (json: unknown): string[] =>
    typeof json === 'string'
      ? [json]
      : typeof json === 'object' && json !== null
        ? Object.entries(json).flatMap(([key, value]) => [key, ...texts(value)])
        : []

  test('however its strings are escaped, no token is left', () => {
    const document = (secret: string): fc.Arbitrary<unknown> =>
      fc.letrec<{ json: unknown }>((tie) => ({
        json: fc.oneof(
          { depthSize: 'small' },
          fc.constantFrom(secret, `Bearer ${secret}`, `${secret}${secret}`, `x${secret}`),
          fc.string(),
          fc.integer(),
          fc.constant(null),
          fc.array(tie('json'), { maxLength: 4 }),
          fc.dictionary(fc.oneof(fc.string(), fc.constant(secret)), tie('json'), { maxKeys: 4 }),
        ),
      })).json
    const scenario = token.chain((secret) =>
      fc.tuple(fc.constant(secret), document(secret), fc.func(fc.boolean())),
    )
    fc.assert(
      fc.property(scenario, ([secret, value, escape]) => {
        const result: unknown = JSON.parse(masked(spelled(value, escape), new Map([[secret, ACCESS]])))
        for (const text of texts(result)) expect(text).not.toContain(secret)
        // With the token put back in place of its placeholder it is what the server meant.
        const restored = texts(result).map((text) => text.replaceAll(ACCESS, () => secret))
        expect(restored).toEqual(texts(JSON.parse(spelled(value, escape))))
      }),
    )
  })

  test('that holds no token the text is the same to the byte', () => {
    fc.assert(
      fc.property(fc.json(), token, fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }), (json, secret, big) => {
        fc.pre(!texts(JSON.parse(json)).some((text) => text.includes(secret)))
        const text = `{"big": ${big},\t"json": ${json}}`
        expect(masked(text, new Map([[secret, ACCESS]]))).toBe(text)
      }),
    )
  })
})

test('a login answer with a picture in it is masked in time', () => {
  const json = JSON.stringify({ avatar: 'QUJD'.repeat(500_000), token: 'access-token-1' })
  expect(masked(json, new Map([['access-token-1', ACCESS]]))).toContain(ACCESS)
})
