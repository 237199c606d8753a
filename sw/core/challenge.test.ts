import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { challengeWith, parseChallenges } from './challenge.ts'

const parse = (header: string | null): unknown[] =>
  parseChallenges(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)])

describe('a WWW-Authenticate header', () => {
  test.each([
    { header: null, challenges: [] },
    { header: '', challenges: [] },
    { header: 'Bearer', challenges: [['bearer', {}]] },
    {
      header: 'Bearer realm="api", error="invalid_token", error_description="The token expired"',
      challenges: [
        ['bearer', { realm: 'api', error: 'invalid_token', error_description: 'The token expired' }],
      ],
    },
    { header: 'Bearer error=invalid_token', challenges: [['bearer', { error: 'invalid_token' }]] },
    { header: 'BEARER Error="invalid_token"', challenges: [['bearer', { error: 'invalid_token' }]] },
    { header: 'Bearer realm = "x" ,error\t=\t"y"', challenges: [['bearer', { realm: 'x', error: 'y' }]] },
    {
      header: 'Bearer, DPoP algs="ES256 PS256"',
      challenges: [
        ['bearer', {}],
        ['dpop', { algs: 'ES256 PS256' }],
      ],
    },
    {
      header: 'Negotiate, Basic',
      challenges: [
        ['negotiate', {}],
        ['basic', {}],
      ],
    },
    {
      header: 'Basic realm="a, b", Bearer error="invalid_token"',
      challenges: [
        ['basic', { realm: 'a, b' }],
        ['bearer', { error: 'invalid_token' }],
      ],
    },
    {
      header: 'Negotiate YWJj==, Bearer error="invalid_token"',
      challenges: [
        ['negotiate', {}],
        ['bearer', { error: 'invalid_token' }],
      ],
    },
    { header: 'Bearer realm="say \\"hi\\" \\\\"', challenges: [['bearer', { realm: 'say "hi" \\' }]] },
    { header: 'Bearer realm=""', challenges: [['bearer', { realm: '' }]] },
    {
      header: ', ,Bearer realm="x",, ,error="y",',
      challenges: [['bearer', { realm: 'x', error: 'y' }]],
    },
    {
      header: 'Bearer error="insufficient_user_authentication", acr_values="mfa hw", max_age="0"',
      challenges: [
        ['bearer', { error: 'insufficient_user_authentication', acr_values: 'mfa hw', max_age: '0' }],
      ],
    },
    {
      header: 'Bearer error="invalid_token" realm="a comma is missing"',
      challenges: [['bearer', { error: 'invalid_token', realm: 'a comma is missing' }]],
    },
  ])('$header', ({ header, challenges }) => {
    expect(parse(header)).toEqual(challenges)
  })

  test.each([
    { header: 'Bearer error="invalid_token"; charset=utf-8', first: ['bearer', { error: 'invalid_token' }] },
    { header: 'Bearer realm="never closed', first: ['bearer', {}] },
    { header: '"Bearer"', first: undefined },
    { header: '<html>', first: undefined },
  ])('that is malformed gives what stands before the fault: $header', ({ header, first }) => {
    expect(parse(header).at(0)).toEqual(first)
  })
})

describe('the challenge with an error', () => {
  const challenges = parseChallenges('Basic realm="x", Bearer error="invalid_token", scope="a"')

  test('is found beside others', () => {
    expect(challengeWith('invalid_token', challenges)?.params.get('scope')).toBe('a')
  })

  test('is not made up', () => {
    expect(challengeWith('insufficient_scope', challenges)).toBeUndefined()
    expect(challengeWith('invalid_token', parseChallenges('Bearer realm="error=invalid_token"'))).toBe(
      undefined,
    )
  })
})

describe('whatever a server sends', () => {
  const piece = fc.constantFrom(
    'Bearer',
    'DPoP',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    'error',
    'invalid_token',
    '\t',
    '=="',
    '/',
    ';',
    'é',
  )
  const header = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  )

  test('the parser ends, never throws, and finds no more challenges than the text can hold', () => {
    fc.assert(
      fc.property(header, (text) => {
        expect(parseChallenges(text).length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 2000 },
    )
  })

  test('a long header is read in time', () => {
    for (const text of ['a'.repeat(50_000), 'a ='.repeat(20_000), `Bearer x="${'\\"'.repeat(50_000)}`]) {
      const start = performance.now()
      parseChallenges(text)
      expect(performance.now() - start).toBeLessThan(1000)
    }
  })

  const token = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
  const value = fc.string({ unit: fc.constantFrom(...'ab ,="\\;:éBearer'.split('')), maxLength: 12 })
  const params = fc.uniqueArray(fc.tuple(token, value), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })

  test('challenges written by the grammar come back as they were meant', () => {
    const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
    fc.assert(
      fc.property(fc.array(fc.tuple(token, params), { minLength: 1, maxLength: 4 }), (challenges) => {
        const text = challenges
          .map(([scheme, list]) => `${scheme} ${list.map(([n, v]) => `${n}=${quote(v)}`).join(', ')}`)
          .join(', ')
        expect(parse(text)).toEqual(challenges.map(([scheme, list]) => [scheme, Object.fromEntries(list)]))
      }),
    )
  })
})
