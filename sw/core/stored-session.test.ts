import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activeSession, heldOff, lostSession, NOW, PAGE_REFRESH, tokenSet } from '../testing/fixtures.ts'
import { ANONYMOUS, type Session } from './session.ts'
import { readStored } from './stored-session.ts'

const FULL = activeSession({
  tokens: tokenSet({ scope: 'api', subject: 'u1', answer: { status: 200, body: '{}' } }),
  refreshStartedAt: NOW,
  backOff: heldOff(),
  hastyRefreshes: 2,
  followsOtherUser: true,
  lastRequest: PAGE_REFRESH,
})

const UNREADABLE = { status: 'login-required', reason: 'store-unreadable' }

describe('a stored session', () => {
  test.each<[string, Session]>([
    ['active', FULL],
    ['active, of an opaque token', activeSession({ tokens: { accessToken: 'opaque', receivedAt: NOW } })],
    ['lost', lostSession({ subject: 'u1' })],
    ['anonymous', ANONYMOUS],
    ['anonymous after somebody', { ...ANONYMOUS, formerSubject: 'u1' }],
  ])('that is %s is read back as it was', (_, session) => {
    expect(readStored(structuredClone({ v: 1, session }))).toEqual(session)
  })

  test('that is not there is that of an anonymous user', () => {
    expect(readStored(undefined)).toEqual(ANONYMOUS)
  })

  test('with members that a newer worker has added is read all the same', () => {
    expect(readStored({ v: 1, session: { ...FULL, added: true }, more: 1 })).toMatchObject(FULL)
  })
})

describe('a record that cannot be read is a lost session, and not an anonymous user', () => {
  test.each([
    { what: 'null', record: null },
    { what: 'a text', record: 'session' },
    { what: 'no session', record: { v: 1 } },
    { what: 'an older version', record: { v: 0, session: FULL } },
    { what: 'a version that is no number', record: { v: '1', session: FULL } },
    { what: 'an unknown status', record: { v: 1, session: { ...FULL, status: 'refreshing' } } },
    { what: 'no session id', record: { v: 1, session: { ...FULL, sessionId: undefined } } },
    { what: 'no generation', record: { v: 1, session: { ...FULL, generation: '1' } } },
    { what: 'no tokens', record: { v: 1, session: { ...FULL, tokens: undefined } } },
    { what: 'no access token', record: { v: 1, session: { ...FULL, tokens: { receivedAt: NOW } } } },
    {
      what: 'a refresh token that is no text',
      record: { v: 1, session: { ...FULL, tokens: { ...FULL.tokens, refreshToken: 5 } } },
    },
    {
      what: 'an expiry that is no number',
      record: { v: 1, session: { ...FULL, tokens: { ...FULL.tokens, expiresAt: 'soon' } } },
    },
    { what: 'a journal that is no time', record: { v: 1, session: { ...FULL, refreshStartedAt: true } } },
    { what: 'a back-off that is no object', record: { v: 1, session: { ...FULL, backOff: 5 } } },
    {
      what: 'a back-off without its failure',
      record: { v: 1, session: { ...FULL, backOff: { failures: 1, since: NOW, until: NOW } } },
    },
    {
      what: 'a back-off without its beginning',
      record: { v: 1, session: { ...FULL, backOff: { ...heldOff(), since: undefined } } },
    },
    {
      what: 'a remembered answer that is no text',
      record: { v: 1, session: { ...FULL, tokens: { ...FULL.tokens, answer: { status: 200 } } } },
    },
    { what: 'tokens for APIs that are no object', record: { v: 1, session: { ...FULL, resources: 5 } } },
    {
      what: 'an API without its token',
      record: { v: 1, session: { ...FULL, resources: { 'urn:files': { generation: 1, tokens: {} } } } },
    },
    {
      what: "a page's request without headers",
      record: { v: 1, session: { ...FULL, lastRequest: { url: 'https://app.example/' } } },
    },
  ])('$what', ({ record }) => {
    expect(readStored(record)).toMatchObject(UNREADABLE)
    expect(readStored(record)).toMatchObject({ announced: false })
  })

  test('of a newer version neither, and it is not overwritten to say so', () => {
    expect(readStored({ v: 2, session: FULL })).toMatchObject({ ...UNREADABLE, announced: true })
  })

  test('whatever lies there', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        fc.pre(value !== undefined)
        expect(readStored(value)).toMatchObject(UNREADABLE)
        expect(readStored({ v: 1, session: value })).toMatchObject(UNREADABLE)
        expect(readStored({ v: 1, session: { ...FULL, tokens: value } })).toMatchObject(UNREADABLE)
      }),
    )
  })
})
