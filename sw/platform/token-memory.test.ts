import { describe, expect, test } from 'vitest'
import {
  activeSession,
  heldOff,
  lostSession,
  NOW,
  OTHER_SESSION_ID,
  PAGE_REFRESH,
  tokenSet,
} from '../testing/fixtures.ts'
import { ANONYMOUS } from '../core/session.ts'
import { withoutTokens, withTokensOf } from './token-memory.ts'

const session = activeSession({
  generation: 3,
  tokens: tokenSet({ scope: 'api', subject: 'u1', answer: { status: 200, body: '{"t":"access-token-1"}' } }),
  refreshStartedAt: NOW,
  backOff: heldOff(),
  lastRequest: PAGE_REFRESH,
})

describe('what is stored where tokens must not be', () => {
  test('has no token in it, nor an answer of the server or a request of the page', () => {
    const stored = JSON.stringify(withoutTokens(session))
    for (const secret of ['access-token-1', 'refresh-token-1', '"answer"', 'lastRequest'])
      expect(stored).not.toContain(secret)
  })

  test('says that a session exists, whose it is, when its token expires, and that a refresh was begun', () => {
    expect(withoutTokens(session)).toEqual({
      status: 'active',
      sessionId: session.sessionId,
      generation: 3,
      tokens: {
        accessToken: '',
        scope: 'api',
        subject: 'u1',
        receivedAt: NOW,
        expiresAt: NOW + 300_000,
        refreshAt: NOW + 240_000,
      },
      refreshStartedAt: NOW,
      backOff: heldOff(),
    })
  })

  test('is the whole of a session without tokens', () => {
    expect(withoutTokens(ANONYMOUS)).toBe(ANONYMOUS)
    const lost = lostSession()
    expect(withoutTokens(lost)).toBe(lost)
  })

  test('leaves the session in memory as it is', () => {
    const copy = structuredClone(session)
    withoutTokens(session)
    expect(session).toEqual(copy)
  })
})

describe('a marker and the memory of the worker', () => {
  const marker = withoutTokens(session)

  test('of the same generation make the session again', () => {
    expect(withTokensOf(session, marker)).toEqual(session)
  })

  test('what the marker says of journal and back-off counts', () => {
    const calm = withTokensOf(session, withoutTokens(activeSession({ generation: 3 })))
    expect(calm.status === 'active' && calm.backOff).toBeUndefined()
    expect(calm.status === 'active' && calm.tokens).toEqual(session.tokens)
  })

  test('bring back the tokens for further APIs, which are not in the marker', () => {
    const resources = { 'urn:files': { generation: 1, tokens: tokenSet({ accessToken: 'files-token' }) } }
    const full = activeSession({ generation: 3, resources })
    const bare = withoutTokens(full)
    expect(JSON.stringify(bare)).not.toContain('files-token')
    expect(withTokensOf(full, bare)).toMatchObject({ resources })
  })

  test.each([
    { what: 'an older generation', memory: activeSession({ generation: 2 }) },
    { what: 'another login', memory: activeSession({ generation: 3, sessionId: OTHER_SESSION_ID }) },
    { what: 'a lost session', memory: lostSession({ generation: 3 }) },
    { what: 'nothing, in a worker just started', memory: undefined },
  ])('of $what do not: the token is not there', ({ memory }) => {
    expect(withTokensOf(memory, marker)).toBe(marker)
  })

  test('a logout by another worker counts', () => {
    expect(withTokensOf(session, ANONYMOUS)).toBe(ANONYMOUS)
  })
})
