import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jwt, NOW, OTHER_SESSION_ID, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { basisOf, hasPlaceholder, placeholderFor, withTokens } from './placeholder.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }

const sessionId = fc.stringMatching(/^[0-9a-f]{32}$/)
const generation = fc.integer({ min: 1, max: 2 ** 40 })
const kind = fc.constantFrom('access', 'refresh')

describe('what a page gets in place of a token', () => {
  test('names session and generation and has nothing of an opaque token', () => {
    expect(placeholderFor('opaque.secret', 'access', { ...BASIS, generation: 36 }, false)).toBe(
      `held-by-sw-token-broker-${SESSION_ID}a10`,
    )
  })

  test('keeps header and payload of a JWT, whose claims many apps read, and drops the signature', () => {
    const token = jwt({ sub: 'u1' }, 'U0lHTkFUVVJF')
    const placeholder = placeholderFor(token, 'access', BASIS, true)
    expect(placeholder.split('.').slice(0, 2)).toEqual(token.split('.').slice(0, 2))
    expect(placeholder.split('.')).toHaveLength(3)
    expect(placeholder).not.toContain('U0lHTkFUVVJF')
  })

  test('is another one for every session, generation and kind', () => {
    const all = new Set([
      placeholderFor('t', 'access', BASIS, false),
      placeholderFor('t', 'refresh', BASIS, false),
      placeholderFor('t', 'access', { ...BASIS, generation: 2 }, false),
      placeholderFor('t', 'access', { ...BASIS, sessionId: OTHER_SESSION_ID }, false),
    ])
    expect(all.size).toBe(4)
  })
})

describe('a placeholder that comes back from a page', () => {
  test('tells its session and generation, wherever it stands in a text', () => {
    fc.assert(
      fc.property(sessionId, generation, kind, fc.boolean(), (id, count, of, isJwt) => {
        const basis = { sessionId: id, generation: count }
        const placeholder = placeholderFor(jwt({ sub: 'u1' }), of, basis, isJwt)
        for (const text of [placeholder, `Bearer ${placeholder}`, JSON.stringify({ token: placeholder })]) {
          expect(hasPlaceholder(text)).toBe(true)
          expect(basisOf(text)).toEqual(basis)
        }
      }),
    )
  })

  test('becomes the token again, and the text around it stays', () => {
    const token = fc.string({ minLength: 1 }).filter((text) => !hasPlaceholder(text))
    const around = fc.string({ unit: fc.constantFrom(...' ;,:="{}[]äZ'.split('')) })
    fc.assert(
      fc.property(token, token, sessionId, generation, around, around, (access, refresh, id, count, a, b) => {
        const basis = { sessionId: id, generation: count }
        const masks = [
          placeholderFor(access, 'access', basis, false),
          placeholderFor(refresh, 'refresh', basis, false),
        ]
        const tokens = tokenSet({ accessToken: access, refreshToken: refresh })
        expect(withTokens(`${a}${masks.join(' ')}${b}`, id, tokens)).toBe(`${a}${access} ${refresh}${b}`)
      }),
    )
  })

  test('of a JWT becomes the JWT, once', () => {
    const token = jwt({ sub: 'u1' })
    const header = `Bearer ${placeholderFor(token, 'access', BASIS, true)}`
    expect(withTokens(header, SESSION_ID, tokenSet({ accessToken: token }))).toBe(`Bearer ${token}`)
  })

  test('of an older generation becomes the token that is current', () => {
    const old = placeholderFor('access-token-1', 'access', BASIS, false)
    expect(withTokens(old, SESSION_ID, tokenSet({ accessToken: 'access-token-9' }))).toBe('access-token-9')
  })

  test("of another session becomes nothing: it must not get somebody else's token", () => {
    const other = placeholderFor(
      jwt({ sub: 'u2' }),
      'access',
      { ...BASIS, sessionId: OTHER_SESSION_ID },
      true,
    )
    const text = withTokens(`Bearer ${other}`, SESSION_ID, tokenSet())
    expect(text).toBe('Bearer ')
  })

  test('for a refresh token that there is none of becomes nothing', () => {
    const placeholder = placeholderFor('t', 'refresh', BASIS, false)
    expect(withTokens(placeholder, SESSION_ID, { accessToken: 'access', receivedAt: NOW })).toBe('')
  })

  test('is written the way of the text that it stands in', () => {
    const placeholder = placeholderFor('t', 'access', BASIS, false)
    const tokens = tokenSet({ accessToken: 'a+b/c==' })
    expect(withTokens(`token=${placeholder}&x=1`, SESSION_ID, tokens, encodeURIComponent)).toBe(
      'token=a%2Bb%2Fc%3D%3D&x=1',
    )
  })

  test('with characters that a replacement pattern would mean something by is taken literally', () => {
    const placeholder = placeholderFor('t', 'access', BASIS, false)
    expect(withTokens(placeholder, SESSION_ID, tokenSet({ accessToken: "$&$1$'$`" }))).toBe("$&$1$'$`")
  })
})

describe('what only looks like a placeholder', () => {
  test.each([
    { text: 'held-by-sw-token-broker-', looks: true },
    { text: 'held-by-sw-token-broker-xyz', looks: true },
    { text: `held-by-sw-token-broker-${SESSION_ID}z1`, looks: true },
    { text: 'Bearer eyJh.eyJz.c2ln', looks: false },
    { text: '', looks: false },
  ])('"$text" names no session and stays as it is', ({ text, looks }) => {
    expect(hasPlaceholder(text)).toBe(looks)
    expect(basisOf(text)).toBeUndefined()
    expect(withTokens(text, SESSION_ID, tokenSet())).toBe(text)
  })

  test('is not in a header that is not there', () => {
    expect(hasPlaceholder(null)).toBe(false)
  })
})

test('a large body without a placeholder is read in time', () => {
  const upload = 'QUJD'.repeat(10_000)
  const start = performance.now()
  expect(basisOf(upload)).toBeUndefined()
  expect(withTokens(upload, SESSION_ID, tokenSet())).toBe(upload)
  expect(performance.now() - start).toBeLessThan(1000)
})
