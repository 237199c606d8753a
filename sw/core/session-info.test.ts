import { describe, expect, test } from 'vitest'
import {
  activeSession,
  FAILURE,
  heldOff,
  lostSession,
  NOW,
  OTHER_SESSION_ID,
  tokenSet,
} from '../testing/fixtures.ts'
import { announcementsOf, nudgeAt, sessionInfo, type Circumstances } from './session-info.ts'
import { ANONYMOUS, type Session } from './session.ts'

const CIRCUMSTANCES: Circumstances = { loginUrl: 'https://app.example/login', canRefresh: () => true }
const NOTICED: Session = { ...ANONYMOUS, noticed: true }

describe('what a page may know of a session', () => {
  test.each([
    {
      of: activeSession({ tokens: tokenSet({ scope: 'api', subject: 'u1' }) }),
      info: { status: 'active', expiresAt: NOW + 300_000, scope: 'api', subject: 'u1' },
    },
    {
      of: activeSession({ tokens: { accessToken: 'opaque', receivedAt: NOW } }),
      info: { status: 'active' },
    },
    {
      of: lostSession({ subject: 'u1' }),
      info: { status: 'login-required', reason: 'invalid_grant', subject: 'u1' },
    },
    { of: lostSession(), info: { status: 'login-required', reason: 'invalid_grant' } },
    { of: ANONYMOUS, info: { status: 'anonymous' } },
    { of: NOTICED, info: { status: 'anonymous' } },
  ])('$of.status', ({ of, info }) => {
    expect(sessionInfo(of)).toEqual(info)
  })
})

describe('when an idle page nudges', () => {
  test('as the token falls due', () => {
    expect(nudgeAt(activeSession(), CIRCUMSTANCES)).toEqual({ refreshAt: NOW + 240_000 })
  })

  test.each([
    { what: 'is over', since: NOW, until: NOW + 500, kind: 'http', refreshAt: NOW + 240_000 },
    {
      what: 'holds: at twice its length',
      since: NOW + 240_000,
      until: NOW + 250_000,
      kind: 'http',
      refreshAt: NOW + 260_000,
    },
    {
      what: 'is long: half a minute later',
      since: NOW + 240_000,
      until: NOW + 480_000,
      kind: 'http',
      refreshAt: NOW + 510_000,
    },
    {
      what: 'began with a lost answer: at its end',
      since: NOW + 240_000,
      until: NOW + 250_000,
      kind: 'network',
      refreshAt: NOW + 250_000,
    },
  ] as const)('after a failed refresh whose back-off $what', ({ since, until, kind, refreshAt }) => {
    const backOff = heldOff({ since, until, failure: { ...FAILURE, kind } })
    expect(nudgeAt(activeSession({ backOff }), CIRCUMSTANCES)).toEqual({ refreshAt })
  })

  test.each([
    { what: 'there is no session', session: ANONYMOUS, canRefresh: true },
    { what: 'the session is lost', session: lostSession(), canRefresh: true },
    { what: 'nothing can refresh the token', session: activeSession(), canRefresh: false },
    {
      what: 'only a 401 can tell its end',
      session: activeSession({ tokens: { accessToken: 'opaque', receivedAt: NOW } }),
      canRefresh: true,
    },
  ])('not at all where $what', ({ session, canRefresh }) => {
    expect(nudgeAt(session, { canRefresh: () => canRefresh })).toEqual({})
  })
})

describe('what the pages are told', () => {
  const active = activeSession()
  const next = activeSession({ generation: 2 })
  const other = activeSession({ sessionId: OTHER_SESSION_ID })
  const lost = lostSession()

  test.each<[string, Session, Session, string[]]>([
    ['a login', ANONYMOUS, active, ['session-changed']],
    ['a login after the app was told to', NOTICED, active, ['session-changed']],
    ['a login after a loss', lost, other, ['session-changed']],
    ['another login', active, other, ['session-changed']],
    ['a refresh', active, next, ['session-changed']],
    ['a loss', active, lost, ['login-required', 'session-changed']],
    ['a logout', active, ANONYMOUS, ['session-changed']],
    ['a logout of a lost session', lost, ANONYMOUS, ['session-changed']],
    ['the first 401 of an anonymous user', ANONYMOUS, NOTICED, ['login-required']],
    ['the begin of a refresh', active, { ...active, refreshStartedAt: NOW }, []],
    ['a refresh that failed for now', active, { ...active, backOff: heldOff() }, []],
    ['that a loss was announced', lost, { ...lost, announced: true }, []],
    ['an anonymous user who stays one', ANONYMOUS, { ...ANONYMOUS }, []],
    ['a stale event', active, active, []],
  ])('of %s', (_, before, after, types) => {
    expect(announcementsOf(before, after, CIRCUMSTANCES).map(({ type }) => type)).toEqual(types)
  })

  test('of a loss has the reason and where to log in', () => {
    expect(announcementsOf(active, lost, CIRCUMSTANCES)).toEqual([
      { type: 'login-required', reason: 'invalid_grant', loginUrl: 'https://app.example/login' },
      { type: 'session-changed', session: { status: 'login-required', reason: 'invalid_grant' } },
    ])
  })

  test('of a 401 without a session is told apart from a loss; without the option there is no loginUrl', () => {
    expect(announcementsOf(ANONYMOUS, NOTICED, { canRefresh: () => true })).toEqual([
      { type: 'login-required', reason: 'no-session' },
    ])
  })

  test('of a refresh says when the next nudge is due', () => {
    expect(announcementsOf(active, next, CIRCUMSTANCES)).toEqual([
      {
        type: 'session-changed',
        session: { status: 'active', expiresAt: NOW + 300_000 },
        refreshAt: NOW + 240_000,
      },
    ])
  })

  test('never has a token, a session id or an answer of the server in it', () => {
    const secret = activeSession({
      sessionId: OTHER_SESSION_ID,
      tokens: tokenSet({ answer: { status: 200, body: '{"secret":"access-token-1"}' } }),
    })
    const told = JSON.stringify([
      announcementsOf(ANONYMOUS, secret, CIRCUMSTANCES),
      announcementsOf(secret, lostSession({ sessionId: OTHER_SESSION_ID }), CIRCUMSTANCES),
      announcementsOf(secret, ANONYMOUS, CIRCUMSTANCES),
      sessionInfo(secret),
    ])
    for (const text of ['access-token-1', 'refresh-token-1', 'secret', OTHER_SESSION_ID])
      expect(told).not.toContain(text)
  })
})
