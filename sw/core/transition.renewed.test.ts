import { describe, expect, test } from 'vitest'
import {
  activeSession,
  lostSession,
  NOW,
  OTHER_SESSION_ID,
  SESSION_ID,
  tokenSet,
} from '../testing/fixtures.ts'
import { ANONYMOUS, type Session, type TokenSet } from './session.ts'
import { announcementsOf } from './session-info.ts'
import { transition } from './transition.ts'

const BASIS = { sessionId: SESSION_ID, generation: 1 }
const renewal = (members: Partial<TokenSet> = {}): TokenSet => ({
  accessToken: 'access-token-2',
  receivedAt: NOW + 1000,
  renewedFrom: NOW + 900,
  ...members,
})
const after = (session: Session, tokens: TokenSet, replaced = 'access-token-1'): Session =>
  transition(session, { type: 'renewed', basis: BASIS, tokens, replaced })

describe('a token that the answer of an API brings', () => {
  test('replaces the one that was sent, and keeps what it does not say', () => {
    const session = activeSession({
      tokens: tokenSet({ scope: 'api', subject: 'u1', answer: { status: 200, body: 'x' } }),
    })
    expect(after(session, renewal())).toEqual({
      ...session,
      generation: 2,
      tokens: {
        ...renewal(),
        refreshToken: 'refresh-token-1',
        scope: 'api',
        subject: 'u1',
      },
    })
  })

  test('is no news for the pages, lest one that asks the API on news never ends', () => {
    const session = activeSession()
    expect(announcementsOf(session, after(session, renewal()), { canRefresh: () => true })).toEqual([])
  })

  test.each<[string, Session]>([
    ['a logout', ANONYMOUS],
    ['a loss', lostSession()],
    ['the login of another user', activeSession({ sessionId: OTHER_SESSION_ID })],
    [
      'another token than the one that it replaces',
      activeSession({ tokens: tokenSet({ accessToken: 'access-token-2' }) }),
    ],
    ['the begin of a refresh, whose token must not be lost', activeSession({ refreshStartedAt: NOW })],
  ])('changes nothing after %s', (_, session) => {
    expect(after(session, renewal())).toBe(session)
  })

  // All were sent with the token of generation 1, and the one that is stored was the first to be answered.
  test.each<[string, Partial<TokenSet>, Partial<TokenSet>, boolean]>([
    ['by exp: later', { exp: 100, renewedFrom: NOW + 950 }, { exp: 101 }, true],
    ['by exp: sooner', { exp: 100, renewedFrom: NOW }, { exp: 99 }, false],
    ['of one exp, by when it was asked for: later', { exp: 100, renewedFrom: NOW + 800 }, { exp: 100 }, true],
    [
      'of one exp, by when it was asked for: sooner',
      { exp: 100, renewedFrom: NOW + 950 },
      { exp: 100 },
      false,
    ],
    ['opaque, asked for later', { renewedFrom: NOW + 800 }, {}, true],
    ['opaque, asked for sooner', { renewedFrom: NOW + 950 }, {}, false],
    ['opaque, asked for before a refresh', { receivedAt: NOW + 950 }, {}, false],
  ])('of many parallel answers the newest wins, %s', (_, stored, late, wins) => {
    const session = activeSession({ generation: 2, tokens: tokenSet({ accessToken: 'a', ...stored }) })
    const next = after(session, renewal(late), 'a')
    expect(next.status === 'active' && next.tokens.accessToken).toBe(wins ? 'access-token-2' : 'a')
  })
})
