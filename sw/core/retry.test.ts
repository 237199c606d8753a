import { describe, expect, test } from 'vitest'
import { activeSession, lostSession, OTHER_SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { parseChallenges } from './challenge.ts'
import { decideRetry, type Refusal } from './retry.ts'
import { ANONYMOUS, type Session } from './session.ts'

const ours = activeSession({ generation: 3 })
const refreshed = activeSession({ generation: 4 })

const refusal = (challenge: string | null, members: Partial<Refusal> = {}): Refusal => ({
  challenges: parseChallenges(challenge),
  sent: ours,
  session: ours,
  began: ours,
  subject: undefined,
  isCoolingDown: false,
  ...members,
})

const relogin = (subject?: string): Session =>
  activeSession({ sessionId: OTHER_SESSION_ID, tokens: tokenSet(subject === undefined ? {} : { subject }) })
const of = (subject: string | undefined): typeof ours =>
  activeSession({ tokens: tokenSet(subject === undefined ? {} : { subject }) })

describe('a 401 to a token of ours', () => {
  test.each([
    { challenge: 'Bearer error="invalid_token"', does: 'refresh' },
    { challenge: 'Basic realm="x", DPoP error="invalid_token"', does: 'refresh' },
    { challenge: null, does: 'refresh' },
    { challenge: 'Bearer', does: 'refresh' },
    { challenge: 'Bearer realm="api"', does: 'refresh' },
    { challenge: '<malformed>', does: 'refresh' },
    { challenge: 'Bearer error="insufficient_scope", scope="admin"', does: 'pass' },
    { challenge: 'Bearer error="invalid_request"', does: 'pass' },
    { challenge: 'Bearer error="insufficient_user_authentication"', does: 'step-up' },
  ])('with the challenge $challenge: $does', ({ challenge, does }) => {
    expect(decideRetry(refusal(challenge)).type).toBe(does)
  })

  test('that is no longer current is replayed, and costs no refresh', () => {
    expect(decideRetry(refusal(null, { session: refreshed }))).toEqual({ type: 'replay', sent: ours })
  })

  test('that was brand-new is not worth another refresh while the address cools down', () => {
    expect(decideRetry(refusal(null, { isCoolingDown: true })).type).toBe('pass')
    expect(decideRetry(refusal(null, { isCoolingDown: true, session: refreshed })).type).toBe('replay')
  })

  test('is refreshed on the session that the token was of', () => {
    expect(decideRetry(refusal(null))).toEqual({ type: 'refresh', sent: ours })
  })

  test('hands on what the step-up asks for', () => {
    const decision = decideRetry(
      refusal('Bearer error="insufficient_user_authentication", acr_values="mfa", max_age=60', {
        session: refreshed,
      }),
    )
    expect(decision.type === 'step-up' && [...decision.challenge.params]).toEqual([
      ['error', 'insufficient_user_authentication'],
      ['acr_values', 'mfa'],
      ['max_age', '60'],
    ])
  })
})

describe('insufficient_user_authentication, and meanwhile', () => {
  const CHALLENGE = 'Bearer error="insufficient_user_authentication"'
  const weak = activeSession({ tokens: tokenSet({ subject: 'ann' }) })
  test.each([
    { what: 'nothing', session: weak, does: 'step-up' },
    { what: 'a refresh', session: { ...weak, generation: 2 }, does: 'step-up' },
    { what: 'a login of the same user', session: { ...weak, sessionId: OTHER_SESSION_ID }, does: 'replay' },
    {
      what: "another user's login",
      session: activeSession({ sessionId: OTHER_SESSION_ID, tokens: tokenSet({ subject: 'bob' }) }),
      does: 'step-up',
    },
    { what: 'the loss of the session', session: lostSession({ sessionId: weak.sessionId }), does: 'hold' },
  ])('$what: $does', ({ session, does }) => {
    const decision = decideRetry(refusal(CHALLENGE, { sent: weak, began: weak, session }))
    expect(decision.type).toBe(does)
  })
})

describe('a request is never replayed under another session', () => {
  test.each([
    { before: 'ann', after: 'ann', does: 'replay' },
    { before: 'ann', after: 'bob', does: 'pass' },
    { before: 'ann', after: undefined, does: 'pass' },
    { before: undefined, after: 'ann', does: 'pass' },
    { before: undefined, after: undefined, does: 'pass' },
  ])('sent by $before, logged in now is $after: $does', ({ before, after, does }) => {
    const sent = of(before)
    expect(decideRetry(refusal(null, { sent, began: sent, session: relogin(after) })).type).toBe(does)
  })

  test('after a logout its 401 is passed on, and no login is asked for', () => {
    expect(decideRetry(refusal(null, { session: ANONYMOUS })).type).toBe('pass')
  })
})

describe('a session that was lost', () => {
  test('meanwhile: the request may wait for the same user', () => {
    const lost = lostSession()
    expect(decideRetry(refusal(null, { session: lost }))).toEqual({ type: 'hold', lost })
  })

  test('before the request was sent, without a token: it may wait too', () => {
    const lost = lostSession()
    expect(decideRetry(refusal(null, { session: lost, began: lost, sent: undefined }))).toEqual({
      type: 'hold',
      lost,
    })
  })

  test.each([
    { before: 'ann', after: 'ann', does: 'replay' },
    { before: 'ann', after: 'bob', does: 'pass' },
    { before: undefined, after: undefined, does: 'pass' },
  ])(
    'before the request was sent, and $after of $before has logged in before its 401: $does',
    ({ before, after, does }) => {
      const members = { sent: undefined, began: of(before), subject: before, session: relogin(after) }
      expect(decideRetry(refusal(null, members)).type).toBe(does)
    },
  )

  test('but of another login: not this request', () => {
    const lost = lostSession({ sessionId: OTHER_SESSION_ID })
    expect(decideRetry(refusal(null, { session: lost })).type).toBe('pass')
  })
})

describe('a 401 to a request without a token', () => {
  const anonymous = { sent: undefined, began: undefined }
  test.each([
    { session: ANONYMOUS, does: 'unauthorized', because: 'the windows do not know yet' },
    { session: { ...ANONYMOUS, noticed: true }, does: 'pass', because: 'they know' },
    { session: ours, does: 'pass', because: 'somebody has logged in meanwhile' },
    { session: lostSession(), does: 'pass', because: 'the loss was announced' },
  ])('$because: $does', ({ session, does }) => {
    expect(decideRetry(refusal(null, { ...anonymous, session })).type).toBe(does)
  })

  test('of a session that has ended by logout says nothing new', () => {
    expect(decideRetry(refusal(null, { sent: undefined, session: ANONYMOUS })).type).toBe('pass')
  })
})
