import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOW, tokenSet } from '../testing/fixtures.ts'
import { freshness, lifetimeOf, schedule } from './freshness.ts'

describe('the early-refresh window', () => {
  test.each([
    { lifetime: 3600, window: 60 },
    { lifetime: 300, window: 60 },
    { lifetime: 100, window: 20 },
    { lifetime: 3, window: 0.6 },
  ])('of a token of $lifetime s opens $window s before expiry at the earliest', ({ lifetime, window }) => {
    const expiresAt = NOW + lifetime * 1000
    expect(schedule(NOW, lifetime, 1)).toEqual({
      receivedAt: NOW,
      expiresAt,
      refreshAt: expiresAt - window * 1000,
    })
  })

  test('is spread by jitter over its second half, so that sessions that began together part', () => {
    expect(schedule(NOW, 3600, 0).refreshAt).toBe(NOW + 3_570_000)
    expect(schedule(NOW, 3600, 0.5).refreshAt).toBe(NOW + 3_555_000)
  })

  test('never opens before the token is there, nor after it has expired', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lifetime, random) => {
          const { receivedAt, expiresAt = 0, refreshAt = 0 } = schedule(NOW, lifetime, random)
          expect(refreshAt).toBeGreaterThanOrEqual(receivedAt)
          expect(refreshAt).toBeLessThanOrEqual(Math.ceil(expiresAt))
        },
      ),
    )
  })

  test('is not there for a token of unknown life: only a 401 tells', () => {
    expect(schedule(NOW, undefined, 1)).toEqual({ receivedAt: NOW })
  })
})

describe('a token', () => {
  const day = 86_400_000
  test.each([
    { at: NOW, is: 'fresh', when: 'just received' },
    { at: NOW + 239_999, is: 'fresh', when: 'before its window' },
    { at: NOW + 240_000, is: 'due', when: 'as its window opens' },
    { at: NOW + 299_999, is: 'due', when: 'in its last millisecond' },
    { at: NOW + 300_000, is: 'expired', when: 'at its expiry' },
    { at: NOW + day, is: 'expired', when: 'after a night asleep' },
    { at: NOW - day, is: 'due', when: 'when the clock was set back: usable, but refreshed soon' },
  ])('$when is $is', ({ at, is }) => {
    expect(freshness(tokenSet(), at)).toBe(is)
  })

  test('of unknown life is always fresh', () => {
    const tokens = { accessToken: 'opaque', receivedAt: NOW }
    for (const at of [NOW - day, NOW, NOW + 1000 * day]) expect(freshness(tokens, at)).toBe('fresh')
  })
})

describe('how long a token lives', () => {
  const DATE = 1_000_000_000_000
  test.each<[string, Parameters<typeof lifetimeOf>, number | undefined]>([
    ['expires_in, before all claims', [300, 's', { iat: 0, exp: 60 }, DATE], 300],
    ['expires_in in ms', [300_000, 'ms', undefined, undefined], 300],
    ['exp − iat', [undefined, 's', { iat: 5000, exp: 5060 }, DATE], 60],
    ["exp − the answer's Date without iat", [undefined, 's', { exp: 1_000_000_090 }, DATE], 90],
    ['the claims where expires_in is 0', [0, 's', { iat: 0, exp: 60 }, DATE], 60],
    ['the claims where expires_in is negative', [-1, 's', { iat: 0, exp: 60 }, DATE], 60],
    ['expires_in, before a date', [300, 's', undefined, DATE, [DATE + 60_000]], 300],
    ['a date, before the claims', [undefined, 's', { iat: 0, exp: 5 }, DATE, [DATE + 60_000]], 60],
    [
      'the sooner of two that a date may mean',
      [undefined, 's', undefined, DATE, [DATE + 9e6, DATE + 6e4]],
      60,
    ],
    ['the one that is still to come', [undefined, 's', undefined, DATE, [DATE - 9e6, DATE + 6e4]], 60],
    ['the claims where a date is past', [undefined, 's', { iat: 0, exp: 5 }, DATE, [DATE - 1]], 5],
    [
      'the claims where a date is beyond all measure',
      [undefined, 's', { iat: 0, exp: 5 }, DATE, [DATE * 1000]],
      5,
    ],
    [
      'nothing: a date would need the local clock',
      [undefined, 's', undefined, undefined, [DATE + 6e4]],
      undefined,
    ],
    ['nothing: exp alone would need the local clock', [undefined, 's', { exp: 5 }, undefined], undefined],
    ['nothing: an opaque token', [undefined, 's', undefined, DATE], undefined],
    ['nothing: exp not after iat', [undefined, 's', { iat: 60, exp: 60 }, DATE], undefined],
    ['nothing: exp as text', [undefined, 's', { iat: 0, exp: '60' }, DATE], undefined],
  ])('is told by %s', (_, args, lifetime) => {
    expect(lifetimeOf(...args)).toBe(lifetime)
  })

  test('does not depend on a server clock that is wrong, as long as it is wrong throughout', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1e6 }), (iat, life) => {
        expect(lifetimeOf(undefined, 's', { iat, exp: iat + life }, undefined)).toBe(life)
      }),
    )
  })
})
