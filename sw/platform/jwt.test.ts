import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jwt } from '../testing/fixtures.ts'
import { jwtClaims } from './jwt.ts'

describe('the claims of a JWT', () => {
  test('are read, whatever letters and whatever bytes are in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(jwtClaims(jwt({ sub: name, name }))).toEqual({ sub: name, name })
      }),
    )
  })

  test('are read from the URL-safe alphabet', () => {
    const token = jwt({ sub: '>>>???ÿÿÿ' })
    expect(token).toMatch(/[-_]/)
    expect(jwtClaims(token)).toEqual({ sub: '>>>???ÿÿÿ' })
  })
})

describe('a token that is no JWT has none', () => {
  const [header = '', payload = ''] = jwt({ sub: 'u1' }).split('.')
  test.each([
    { what: 'none', token: undefined },
    { what: 'an empty one', token: '' },
    { what: 'an opaque one', token: 'opaque-token' },
    { what: 'an opaque one with dots', token: 'v1.local.abc' },
    { what: 'one without a signature', token: `${header}.${payload}` },
    { what: 'an encrypted one (JWE)', token: `${header}.a.b.c.d` },
    { what: 'one whose payload is no JSON', token: `${header}.eHh4.c2ln` },
    { what: 'one whose payload is no object', token: `${header}.NQ.c2ln` },
    { what: 'one whose header is no JSON', token: `eHh4.${payload}.c2ln` },
  ])('$what', ({ token }) => {
    expect(jwtClaims(token)).toBeUndefined()
  })

  test('and none makes it throw', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), (parts) => {
        jwtClaims(parts.join('.'))
      }),
    )
  })
})
