import { describe, expect, test } from 'vitest'
import {
  activeSession,
  heldOff,
  lostSession,
  NOW,
  OTHER_SESSION_ID,
  PAGE_REFRESH,
  SESSION_ID,
  tokenSet,
} from '../testing/fixtures.ts'
import { ANONYMOUS, type ActiveSession, type Session, type TokenSet } from './session.ts'
import { isHeldOff, isUserGone, transition } from './transition.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const session = activeSession()
const NEXT: TokenSet = {
  accessToken: 'access-token-2',
  refreshToken: 'refresh-token-2',
  receivedAt: NOW + 250_000,
  expiresAt: NOW + 550_000,
  refreshAt: NOW + 490_000,
}

const active = (state: Session): ActiveSession => {
  if (state.status !== 'active') throw new TypeError(`the session is ${state.status}`)
  return state
}
const login = (
  tokens: TokenSet = tokenSet(),
): { type: 'logged-in'; sessionId: string; tokens: TokenSet } => ({
  type: 'logged-in',
  sessionId: OTHER_SESSION_ID,
  tokens,
})

describe('a login', () => {
  test.each([
    { over: ANONYMOUS },
    { over: { ...ANONYMOUS, noticed: true } },
    { over: session },
    { over: activeSession({ generation: 9, refreshStartedAt: NOW, backOff: heldOff() }) },
    { over: lostSession() },
  ])('begins a new session over $over.status, with nothing of the one before', ({ over }) => {
    const { followsOtherUser: _, ...after } = active(transition(over, login()))
    expect(after).toEqual({
      status: 'active',
      sessionId: OTHER_SESSION_ID,
      generation: 1,
      tokens: tokenSet(),
    })
  })

  test('that is stored twice, as after a fault of the store, does not take back a refresh', () => {
    const refreshed = activeSession({ sessionId: OTHER_SESSION_ID, generation: 2, tokens: NEXT })
    expect(transition(refreshed, login())).toBe(refreshed)
  })

  test.each<[string, Session]>([
    ['logged out', transition(activeSession({ sessionId: OTHER_SESSION_ID }), { type: 'logged-out' })],
    ['lost', lostSession({ sessionId: OTHER_SESSION_ID })],
  ])('that is stored twice does not bring back a session that was %s meanwhile', (_, over) => {
    expect(transition(over, login())).toBe(over)
    expect(transition(over, { ...login(), replaces: null })).toBe(over)
  })

  test.each<[string, Session, string | undefined, boolean]>([
    ['ann after nobody', ANONYMOUS, 'ann', false],
    ['ann after ann', activeSession({ tokens: tokenSet({ subject: 'ann' }) }), 'ann', false],
    ['ann after her own lost session', lostSession({ subject: 'ann' }), 'ann', false],
    ['ann after her own logout', { ...ANONYMOUS, formerSubject: 'ann' }, 'ann', false],
    ['bob after ann', activeSession({ tokens: tokenSet({ subject: 'ann' }) }), 'bob', true],
    ['bob after the logout of ann', { ...ANONYMOUS, formerSubject: 'ann' }, 'bob', true],
    ['somebody unknown after ann', activeSession({ tokens: tokenSet({ subject: 'ann' }) }), undefined, true],
    ['ann after somebody unknown', activeSession(), 'ann', true],
    ['two unknown ones', lostSession(), undefined, true],
  ])('of another user is known as one, for the HTTP cache: %s', (_, before, subject, follows) => {
    const after = transition(before, login(tokenSet(subject === undefined ? {} : { subject })))
    expect(active(after).followsOtherUser === true).toBe(follows)
  })
})

describe('a refresh', () => {
  const started = { type: 'refresh-started', basis: BASIS, at: NOW + 1, ignoreBackOff: false } as const
  const refreshed = { type: 'refreshed', basis: BASIS, tokens: NEXT } as const

  test('is journalled before the token request', () => {
    expect(transition(session, started)).toEqual({ ...session, refreshStartedAt: NOW + 1 })
  })

  test('that a worker died in is begun again at once', () => {
    const journalled = activeSession({ refreshStartedAt: NOW })
    expect(transition(journalled, started)).toEqual({ ...journalled, refreshStartedAt: NOW + 1 })
  })

  test.each([
    { what: 'no back-off', backOff: undefined, ignoreBackOff: false, due: true },
    { what: 'a back-off', backOff: heldOff(), ignoreBackOff: false, due: false },
    { what: 'a back-off that the network ended', backOff: heldOff(), ignoreBackOff: true, due: true },
    {
      what: 'a back-off that is over',
      backOff: heldOff({ until: NOW + 1 }),
      ignoreBackOff: false,
      due: true,
    },
  ])('with $what may begin: $due', ({ backOff, ignoreBackOff, due }) => {
    const state = activeSession(backOff && { backOff })
    const event = { ...started, ignoreBackOff }
    expect(isHeldOff(state, event)).toBe(!due)
    expect(transition(state, event) !== state).toBe(due)
  })

  test('brings the next generation, and ends journal and back-off', () => {
    const state = activeSession({ refreshStartedAt: NOW, backOff: heldOff(), lastRequest: PAGE_REFRESH })
    const after = active(transition(state, refreshed))
    expect(after).toMatchObject({ sessionId: SESSION_ID, generation: 2, lastRequest: PAGE_REFRESH })
    expect(after.tokens).toEqual(NEXT)
    expect(after.refreshStartedAt).toBeUndefined()
    expect(after.backOff).toBeUndefined()
  })

  test('keeps what the answer does not repeat, but never an older expiry', () => {
    const state = activeSession({ tokens: tokenSet({ scope: 'api', subject: 'u1' }) })
    const tokens = { accessToken: 'access-token-2', receivedAt: NOW + 250_000 }
    expect(active(transition(state, { ...refreshed, tokens })).tokens).toEqual({
      ...tokens,
      refreshToken: 'refresh-token-1',
      scope: 'api',
      subject: 'u1',
    })
  })

  test('that fails for now keeps the session and its tokens, and ends the journal', () => {
    const state = activeSession({ refreshStartedAt: NOW })
    expect(transition(state, { type: 'refresh-failed', basis: BASIS, backOff: heldOff() })).toEqual({
      ...session,
      backOff: heldOff(),
    })
  })

  test('that the server refuses ends the session: no token is left, the user is remembered', () => {
    const state = activeSession({ tokens: tokenSet({ subject: 'u1' }), refreshStartedAt: NOW })
    expect(transition(state, { type: 'lost', basis: BASIS, reason: 'invalid_grant' })).toEqual({
      status: 'login-required',
      sessionId: SESSION_ID,
      generation: 1,
      reason: 'invalid_grant',
      announced: false,
      subject: 'u1',
    })
  })
})

describe('a loop of refreshes', () => {
  /** Each token is refused at once, and the next one comes after `pause` ms. */
  const loop = (rounds: number, pause: number, lifetime = 300_000): ActiveSession => {
    let state = activeSession()
    for (let round = 1; round <= rounds; round++) {
      const receivedAt = NOW + round * pause
      const tokens = tokenSet({ receivedAt, expiresAt: receivedAt + lifetime })
      state = active(transition(state, { type: 'refreshed', basis: state, tokens }))
    }
    return state
  }

  test('cools down after the fifth, and longer each time', () => {
    expect(loop(4, 100).backOff).toBeUndefined()
    const waits = [5, 6, 7, 50].map((rounds) => {
      const { backOff } = loop(rounds, 100)
      return backOff && backOff.until - backOff.since
    })
    expect(waits).toEqual([1000, 2000, 4000, 60_000])
    expect(loop(5, 100).backOff?.failure).toMatchObject({ kind: 'cool-down', code: 'refresh-loop' })
  })

  test('is none where tokens live that short by themselves, or are refreshed calmly', () => {
    expect(loop(50, 1600, 2000).backOff).toBeUndefined()
    expect(loop(50, 2000).backOff).toBeUndefined()
  })

  test('is none when the clock was set back', () => {
    expect(loop(50, -1000).backOff).toBeUndefined()
  })

  test('is forgotten with the first calm refresh', () => {
    const state = loop(5, 100)
    const receivedAt = state.tokens.receivedAt + 60_000
    const refresh = (at: Session, now: number): Session =>
      transition(at, { type: 'refreshed', basis: active(at), tokens: tokenSet({ receivedAt: now }) })
    const calm = refresh(state, receivedAt)
    expect(active(calm).backOff).toBeUndefined()
    expect(active(refresh(calm, receivedAt + 1)).backOff).toBeUndefined()
  })
})

describe('a logout', () => {
  test.each([
    { of: session, sessionId: SESSION_ID },
    { of: session, sessionId: undefined },
    { of: lostSession(), sessionId: SESSION_ID },
  ])('of $of.status leaves no token and no session', ({ of, sessionId }) => {
    const after = transition(of, { type: 'logged-out', ...(sessionId !== undefined && { sessionId }) })
    expect(after).toEqual({ ...ANONYMOUS, formerSubject: '', formerSessionId: SESSION_ID })
  })

  test('remembers whose answers the HTTP cache may hold', () => {
    const state = activeSession({ tokens: tokenSet({ subject: 'ann' }) })
    expect(transition(state, { type: 'logged-out' })).toMatchObject({ formerSubject: 'ann' })
  })

  test('that comes after the next login does not end that', () => {
    expect(transition(session, { type: 'logged-out', sessionId: OTHER_SESSION_ID })).toBe(session)
  })

  test('that found nobody logged in, and is stored late, ends nothing', () => {
    expect(transition(session, { type: 'logged-out', sessionId: null })).toBe(session)
    expect(transition({ ...ANONYMOUS, noticed: true }, { type: 'logged-out', sessionId: null })).toEqual(
      ANONYMOUS,
    )
  })

  test('of an anonymous user lets the next 401 say again that a login is needed', () => {
    expect(transition({ ...ANONYMOUS, noticed: true }, { type: 'logged-out' })).toEqual(ANONYMOUS)
    expect(transition(ANONYMOUS, { type: 'logged-out' })).toBe(ANONYMOUS)
  })
})

describe('what is said once', () => {
  test('the 401 of an anonymous user, until the next login or logout', () => {
    const noticed = transition(ANONYMOUS, { type: 'unauthorized' })
    expect(noticed).toEqual({ status: 'anonymous', noticed: true })
    expect(transition(noticed, { type: 'unauthorized' })).toBe(noticed)
    expect(transition(session, { type: 'unauthorized' })).toBe(session)
  })

  test('the loss of a session', () => {
    const announced = transition(lostSession(), { type: 'announced', basis: BASIS })
    expect(announced).toEqual(lostSession({ announced: true }))
    expect(transition(announced, { type: 'announced', basis: BASIS })).toBe(announced)
  })
})

describe('what caches hold of a user goes', () => {
  const ann = activeSession({ tokens: tokenSet({ subject: 'ann' }) })
  const loginOf = (subject: string | undefined) => login(tokenSet(subject === undefined ? {} : { subject }))
  test.each<[string, Session, Parameters<typeof transition>[1], boolean]>([
    ['at a logout', ann, { type: 'logged-out' }, true],
    ['at a logout after a loss', lostSession(), { type: 'logged-out' }, true],
    ['not at a logout of nobody', { ...ANONYMOUS, noticed: true }, { type: 'logged-out' }, false],
    ['not at a loss', ann, { type: 'lost', basis: BASIS, reason: 'invalid_grant' }, false],
    ['not at a refresh', session, { type: 'refreshed', basis: BASIS, tokens: NEXT }, false],
    ['not at the first login', ANONYMOUS, loginOf(undefined), false],
    ['at the login of another user', ann, loginOf('bob'), true],
    ['not at the next login of the same user', ann, loginOf('ann'), false],
    ['at a login of nobody knows whom', lostSession(), loginOf(undefined), true],
    ['not at the return of the user who was lost', lostSession({ subject: 'ann' }), loginOf('ann'), false],
  ])('%s', (_, before, event, isGone) => {
    expect(isUserGone(before, transition(before, event))).toBe(isGone)
  })
})
