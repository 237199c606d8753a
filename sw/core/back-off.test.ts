import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAILURE, heldOff, NOW } from '../testing/fixtures.ts'
import { backOff } from './back-off.ts'

const delayAfter = (failures: number, retryAfter = 0, random = 1): number =>
  backOff(failures > 0 ? heldOff({ failures }) : undefined, FAILURE, NOW, retryAfter, random).until - NOW

describe('a failing token endpoint is left alone for longer and longer', () => {
  test.each([
    { failures: 0, most: 500 },
    { failures: 1, most: 1000 },
    { failures: 2, most: 2000 },
    { failures: 5, most: 16_000 },
    { failures: 6, most: 30_000 },
    { failures: 5000, most: 30_000 },
  ])('after $failures failures before: up to $most ms', ({ failures, most }) => {
    expect(delayAfter(failures)).toBe(most)
  })

  test('the whole of that time is jitter, so that a fleet does not come back as one', () => {
    expect(delayAfter(6, 0, 0)).toBe(0)
    expect(delayAfter(6, 0, 0.25)).toBe(7500)
  })

  test('it counts the failures in a row, and says what the last one was', () => {
    const second = backOff(heldOff({ failures: 1 }), FAILURE, NOW, 0, 0)
    expect(second).toEqual({ failures: 2, since: NOW, until: NOW, failure: FAILURE })
  })
})

describe('Retry-After', () => {
  test('is a floor, with the jitter on top: all who were told the same date must not come back as one', () => {
    expect(delayAfter(0, 120_000, 0)).toBe(120_000)
    expect(delayAfter(0, 120_000, 1)).toBe(150_000)
    expect(delayAfter(6, 1000, 0.5)).toBe(16_000)
  })

  test('of a proxy that slips does not end refreshes for good', () => {
    expect(delayAfter(0, 1e12, 0)).toBe(3_600_000)
  })
})

test('a wrong configuration is tried again after 30 s, however often it has failed', () => {
  const failure = { ...FAILURE, kind: 'misconfigured' } as const
  expect(backOff(undefined, failure, NOW, 0, 0).until).toBe(NOW + 30_000)
  expect(backOff(heldOff({ failures: 9 }), failure, NOW, 0, 0).until).toBe(NOW + 30_000)
  expect(backOff(undefined, failure, NOW, 60_000, 0).until).toBeGreaterThanOrEqual(NOW + 60_000)
})

test('no delay is negative, unending or under the floor', () => {
  fc.assert(
    fc.property(
      fc.nat(2000),
      fc.nat(3_600_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, retryAfter, random) => {
        const delay = delayAfter(failures, retryAfter, random)
        expect(delay).toBeGreaterThanOrEqual(retryAfter)
        expect(delay).toBeLessThanOrEqual(retryAfter + 30_000)
      },
    ),
  )
})
