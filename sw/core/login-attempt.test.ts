import { describe, expect, test } from 'vitest'
import { readAttempts, withAttempt, withoutAttempt, type LoginAttempt } from './login-attempt.ts'

const NOW = 1_800_000_000_000
const MINUTE = 60_000

const attempt = (startedAt = NOW): LoginAttempt => ({
  codeVerifier: 'verifier',
  nonce: 'nonce',
  returnTo: '/',
  isPopup: false,
  startedAt,
})

describe('logins that are under way', () => {
  test('are good for one callback each', () => {
    const attempts = withAttempt(withAttempt({}, 'a', attempt()), 'b', attempt())
    const { attempt: taken, rest } = withoutAttempt(attempts, 'a')
    expect(taken).toEqual(attempt())
    expect(withoutAttempt(rest, 'a').attempt).toBeUndefined()
    expect(withoutAttempt(rest, 'b').attempt).toEqual(attempt())
  })

  test.each(['', 'forged', '__proto__', 'constructor', 'toString'])(
    'state %j is no login of ours',
    (state) => {
      expect(withoutAttempt(withAttempt({}, 'a', attempt()), state).attempt).toBeUndefined()
    },
  )

  test('expire, and are void where the clock was set back before they began', () => {
    const stored = {
      old: attempt(NOW - 31 * MINUTE),
      young: attempt(NOW - 29 * MINUTE),
      late: attempt(NOW + MINUTE),
    }
    expect(Object.keys(readAttempts(stored, NOW))).toEqual(['young'])
  })

  test.each([undefined, null, 'x', { a: null }, { a: { ...attempt(), nonce: 1 } }])(
    '%j holds none',
    (stored) => {
      expect(readAttempts(stored, NOW)).toEqual({})
    },
  )

  test('are twenty at most; the oldest goes', () => {
    let attempts = {}
    for (let i = 0; i < 25; i++) attempts = withAttempt(attempts, `s${i}`, attempt(NOW + i))
    expect(Object.keys(attempts)).toHaveLength(20)
    expect(attempts).not.toHaveProperty('s0')
    expect(attempts).toHaveProperty('s24')
  })
})
