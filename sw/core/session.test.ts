import { describe, expect, test } from 'vitest'
import { activeSession, heldOff, lostSession, NOW, OTHER_SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import {
  ANONYMOUS,
  followsOtherUser,
  isBackingOff,
  isCurrent,
  isSameSession,
  mayContinue,
} from './session.ts'

const session = activeSession({ generation: 2 })

describe('a basis that something was decided on', () => {
  test.each([
    { what: 'is current', basis: session, now: session, same: true, current: true },
    { what: 'was refreshed', basis: { ...session, generation: 1 }, now: session, same: true, current: false },
    {
      what: 'is of another login',
      basis: { ...session, sessionId: OTHER_SESSION_ID },
      now: session,
      same: false,
      current: false,
    },
    {
      what: 'is lost',
      basis: session,
      now: lostSession({ generation: 2 }),
      same: false,
      current: false,
    },
    { what: 'was logged out', basis: session, now: ANONYMOUS, same: false, current: false },
  ])('$what', ({ basis, now, same, current }) => {
    expect(isSameSession(now, basis)).toBe(same)
    expect(isCurrent(now, basis)).toBe(current)
  })
})

describe('what began in one session goes on', () => {
  const relogin = activeSession({ sessionId: OTHER_SESSION_ID, tokens: tokenSet({ subject: 'ann' }) })
  const unknown = activeSession({ sessionId: OTHER_SESSION_ID })

  test.each([
    { what: 'in the same one, whoever it is', now: session, subject: undefined, goesOn: true },
    { what: 'after the same user has logged in again', now: relogin, subject: 'ann', goesOn: true },
    { what: 'not for another user', now: relogin, subject: 'bob', goesOn: false },
    { what: 'not for a user whom nobody knows', now: relogin, subject: undefined, goesOn: false },
    { what: 'not for two whom nobody knows', now: unknown, subject: undefined, goesOn: false },
    { what: 'not after a loss', now: lostSession({ subject: 'ann' }), subject: 'ann', goesOn: false },
    { what: 'not after a logout', now: ANONYMOUS, subject: 'ann', goesOn: false },
  ])('$what', ({ now, subject, goesOn }) => {
    expect(mayContinue(now, session, subject)).toBe(goesOn)
  })
})

describe('a back-off', () => {
  const day = 86_400_000
  test.each([
    { at: NOW, holds: true, when: 'as it begins' },
    { at: NOW + 499, holds: true, when: 'in its last millisecond' },
    { at: NOW + 500, holds: false, when: 'as it ends' },
    { at: NOW + day, holds: false, when: 'after a night asleep' },
    { at: NOW - day, holds: false, when: 'when the clock was set back, for it would hold for a day' },
  ])('$when: $holds', ({ at, holds }) => {
    expect(isBackingOff(activeSession({ backOff: heldOff() }), at)).toBe(holds)
  })

  test('that there is none of does not hold', () => {
    expect(isBackingOff(activeSession(), NOW)).toBe(false)
  })
})

test('the HTTP cache may hold what another user was told, until somebody logs in as the same', () => {
  expect(followsOtherUser(ANONYMOUS)).toBe(false)
  expect(followsOtherUser(session)).toBe(false)
  expect(followsOtherUser({ ...session, followsOtherUser: true })).toBe(true)
  expect(followsOtherUser({ ...ANONYMOUS, formerSubject: 'ann' })).toBe(true)
  expect(followsOtherUser({ ...ANONYMOUS, formerSubject: '' })).toBe(true)
})
