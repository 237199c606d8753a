import { describe, expect, test } from 'vitest'
import { activeSession, heldOff, lostSession, NOW, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import { announcementsOf } from './session-info.ts'
import { ANONYMOUS, type ActiveSession, type Session, type TokenSet } from './session.ts'
import { begunRefresh, sessionFor } from './resource-access.ts'
import { transition, type SessionEvent } from './transition.ts'

const FILES = 'urn:files'
const basis = { sessionId: SESSION_ID, generation: 0, resource: FILES }
const MINTED: TokenSet = {
  accessToken: 'files-token-1',
  refreshToken: 'refresh-token-2',
  scope: 'files',
  subject: 'known to the files by another name',
  receivedAt: NOW + 1000,
  expiresAt: NOW + 61_000,
  refreshAt: NOW + 49_000,
}
const mint: SessionEvent = { type: 'refreshed', basis, tokens: MINTED, spent: 'refresh-token-1' }
const begin: SessionEvent = { type: 'refresh-started', basis, at: NOW, ignoreBackOff: false }
const session = activeSession({ tokens: tokenSet({ subject: 'u1', scope: 'api' }) })

const active = (state: Session): ActiveSession => {
  if (state.status !== 'active') throw new TypeError(`the session is ${state.status}`)
  return state
}
const minted = active(transition(transition(session, begin), mint))

describe('a session as another API sees it', () => {
  test('has no token at first, and what it takes to get one', () => {
    expect(sessionFor(session, FILES)).toMatchObject({
      sessionId: SESSION_ID,
      resource: FILES,
      generation: 0,
      tokens: { accessToken: '', refreshToken: 'refresh-token-1', subject: 'u1' },
    })
  })

  test('has the token that was minted for it, of the same user', () => {
    expect(sessionFor(minted, FILES)).toMatchObject({
      generation: 1,
      tokens: {
        accessToken: 'files-token-1',
        refreshToken: 'refresh-token-2',
        subject: 'u1',
        scope: 'files',
      },
    })
  })

  test.each([{ of: ANONYMOUS }, { of: lostSession() }, { of: session, resource: undefined }])(
    'is the session itself where that is $of.status or no other API is meant',
    ({ of, ...rest }) => {
      expect(sessionFor(of, 'resource' in rest ? undefined : FILES)).toBe(of)
    },
  )
})

describe('a token minted for another API', () => {
  test('rotates the refresh token and leaves the own token as it is', () => {
    expect(minted.tokens).toEqual({ ...session.tokens, refreshToken: 'refresh-token-2' })
    expect(minted.generation).toBe(session.generation)
    expect(begunRefresh(minted)).toBeUndefined()
  })

  test('is no news for the pages', () => {
    expect(announcementsOf(session, minted, { canRefresh: () => true })).toEqual([])
  })

  test('outlives a refresh of the own token, and is the one that the next mint replaces', () => {
    const refreshed = transition(minted, {
      type: 'refreshed',
      basis: { sessionId: SESSION_ID, generation: 1 },
      tokens: tokenSet({ accessToken: 'access-token-2', refreshToken: 'refresh-token-3' }),
      spent: 'refresh-token-2',
    })
    expect(sessionFor(refreshed, FILES)).toMatchObject({
      generation: 1,
      tokens: { accessToken: 'files-token-1', refreshToken: 'refresh-token-3' },
    })
    expect(transition(refreshed, mint)).toBe(refreshed)
  })

  test('that comes late does not bring back a refresh token that was spent meanwhile', () => {
    const moved = activeSession({ tokens: tokenSet({ refreshToken: 'refresh-token-9' }) })
    const late = active(transition(moved, mint))
    expect(late.tokens.refreshToken).toBe('refresh-token-9')
    expect(sessionFor(late, FILES)).toMatchObject({ tokens: { accessToken: 'files-token-1' } })
  })

  test.each([
    { end: 'a logout', event: { type: 'logged-out' } as const },
    { end: 'another login', event: { type: 'logged-in', sessionId: 'other', tokens: tokenSet() } as const },
    { end: 'a loss', event: { type: 'lost', basis: minted, reason: 'invalid_grant' } as const },
  ])('is gone after $end', ({ event }) => {
    const after = transition(minted, event)
    expect(JSON.stringify(after)).not.toContain('files-token-1')
    expect(transition(after, mint)).toBe(after)
  })
})

describe('a token request for another API', () => {
  test('that is begun is journaled for that API', () => {
    const begun = active(transition(session, begin))
    expect(begunRefresh(begun)).toMatchObject({ resource: FILES, generation: 0 })
    expect(begun.generation).toBe(1)
  })

  test('that fails holds back that API alone', () => {
    const failed = active(
      transition(transition(session, begin), { type: 'refresh-failed', basis, backOff: heldOff() }),
    )
    expect(begunRefresh(failed)).toBeUndefined()
    expect(failed.backOff).toBeUndefined()
    expect(sessionFor(failed, FILES)).toMatchObject({ backOff: heldOff() })
    expect(transition(failed, begin)).toBe(failed)
  })

  test('that is refused ends the session', () => {
    const lost: SessionEvent = { type: 'lost', basis, reason: 'invalid_grant', spent: 'refresh-token-1' }
    expect(transition(session, lost)).toMatchObject({ status: 'login-required', sessionId: SESSION_ID })
    // Another request has rotated the refresh token since, so this one says nothing.
    const moved = activeSession({ tokens: tokenSet({ refreshToken: 'refresh-token-2' }) })
    expect(transition(moved, lost)).toBe(moved)
  })

  test("that was begun for the session's own token is journaled for that", () => {
    const own = transition(minted, {
      type: 'refresh-started',
      basis: { sessionId: SESSION_ID, generation: 1 },
      at: NOW,
      ignoreBackOff: false,
    })
    expect(begunRefresh(active(own))).toBe(own)
  })
})
