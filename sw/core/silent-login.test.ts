import { expect, test } from 'vitest'
import { activeSession, lostSession, NOW, OTHER_SESSION_ID, SESSION_ID } from '../testing/fixtures.ts'
import { ANONYMOUS, type Session } from './session.ts'
import { awaitsSilentLogin } from './silent-login.ts'
import { transition } from './transition.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }

const lostAt = (startedAt: number, isOver = false): Session =>
  lostSession({ silentLogin: { startedAt, isOver } })

test.each<{ what: string; session: Session; awaits: boolean }>([
  { what: 'a loss that nobody knows of', session: lostSession(), awaits: true },
  { what: 'an unregistered worker', session: lostSession({ reason: 'unregistered' }), awaits: false },
  { what: 'a loss that the pages know', session: lostSession({ announced: true }), awaits: false },
  { what: 'an attempt that has just begun', session: lostAt(NOW), awaits: true },
  { what: 'an attempt of 9.9 s', session: lostAt(NOW - 9900), awaits: true },
  { what: 'an attempt of 10 s', session: lostAt(NOW - 10_000), awaits: false },
  { what: 'an attempt that has failed', session: lostAt(NOW, true), awaits: false },
  { what: 'an attempt of a clock that was set back', session: lostAt(NOW + 60_000), awaits: false },
  { what: 'a session', session: activeSession(), awaits: false },
  { what: 'nobody', session: ANONYMOUS, awaits: false },
])('$what: $awaits', ({ session, awaits }) => {
  expect(awaitsSilentLogin(session, NOW)).toBe(awaits)
})

test('a lost session has one silent login, which only the worker that began it has begun', () => {
  const begin = { type: 'silent-login-started', basis: BASIS, at: NOW } as const
  const begun = transition(lostSession(), begin)
  expect(begun).toEqual(lostSession({ silentLogin: { startedAt: NOW, isOver: false } }))
  expect(transition(begun, { ...begin, at: NOW + 1 })).toBe(begun)
  const over = transition(begun, { type: 'silent-login-ended', basis: BASIS })
  expect(over).toEqual(lostSession({ silentLogin: { startedAt: NOW, isOver: true } }))
  expect(transition(over, begin)).toBe(over)
  expect(transition(over, { type: 'silent-login-ended', basis: BASIS })).toBe(over)
})

test('there is no silent login once the pages know, nor where there is no loss', () => {
  for (const state of [
    lostSession({ announced: true }),
    lostSession({ sessionId: OTHER_SESSION_ID }),
    activeSession(),
    ANONYMOUS,
  ])
    for (const event of [
      { type: 'silent-login-started', basis: BASIS, at: NOW },
      { type: 'silent-login-ended', basis: BASIS },
    ] as const)
      expect(transition(state, event)).toBe(state)
})
