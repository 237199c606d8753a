import { afterEach, describe, expect, test } from 'vitest'
import { expiryTimes, type ExpiresAtFormat } from './expiry-times.ts'

const NOON = Date.UTC(2026, 8, 1, 12)
const zone = process.env.TZ

afterEach(() => {
  process.env.TZ = zone
})

describe('the time at which a token expires', () => {
  test.each<[ExpiresAtFormat, string | number, number[]]>([
    ['epoch-s', NOON / 1000, [NOON]],
    ['epoch-s', String(NOON / 1000), [NOON]],
    ['epoch-s', 1.5, [1500]],
    ['epoch-ms', NOON, [NOON]],
    ['epoch-ms', 'soon', []],
    ['date', '2026-09-01T12:00:00Z', [NOON]],
    ['date', '2026-09-01T14:00:00.000+02:00', [NOON]],
    ['date', '2026-09-01 12:00:00+0000', [NOON]],
    ['date', 'Tue, 01 Sep 2026 12:00:00 GMT', [NOON]],
    ['date', 'never', []],
    ['date', NOON, []],
  ])('as %s: %j', (format, value, times) => {
    expect(expiryTimes(format)(value)).toEqual(times)
  })

  test.each([
    '2026-09-01T12:00:00',
    '2026-09-01 12:00:00',
    '2026/09/01 12:00:00',
    ' 2026-09-01T12:00:00.000000 ',
  ])("without a zone is that of the user, or UTC's: %j", (value) => {
    process.env.TZ = 'America/New_York'
    expect(expiryTimes('date')(value)).toEqual([NOON + 4 * 3_600_000, NOON])
    process.env.TZ = 'Asia/Shanghai'
    expect(expiryTimes('date')(value)).toEqual([NOON - 8 * 3_600_000, NOON])
  })
})
