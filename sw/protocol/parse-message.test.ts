import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMessage, parseReply } from './parse-message.ts'

const ENVELOPE = { v: 1, source: 'sw-token-broker', name: 'default' }

describe('a page understands what the worker posts', () => {
  test.each([
    { type: 'login-required', reason: 'invalid_grant', loginUrl: 'https://app.example/login' },
    { type: 'login-required', reason: 'no-session' },
    { type: 'session-changed', session: { status: 'anonymous' } },
    {
      type: 'session-changed',
      session: { status: 'active', expiresAt: 1, scope: 'api', subject: 'u1' },
      refreshAt: 1,
    },
    { type: 'step-up-required', acr_values: 'mfa', max_age: 0, scope: 'api' },
    { type: 'step-up-required' },
    { type: 'broker-error', code: 'refresh-unavailable', message: 'It answered 503.', status: 503 },
  ])('$type $reason', (announcement) => {
    const message = { ...ENVELOPE, ...announcement }
    expect(parseMessage('default', message)).toEqual(message)
  })

  test('an unknown reason of a newer worker still says that a login is needed', () => {
    const message = { ...ENVELOPE, type: 'login-required', reason: 'account-suspended' }
    expect(parseMessage('default', message)).toEqual(message)
  })
})

describe('a message that is none is ignored', () => {
  test.each([
    { what: 'another broker', data: { ...ENVELOPE, name: 'admin', type: 'login-required', reason: 'x' } },
    { what: 'another version', data: { ...ENVELOPE, v: 0, type: 'login-required', reason: 'x' } },
    { what: 'no reason', data: { ...ENVELOPE, type: 'login-required' } },
    {
      what: 'a loginUrl that is no text',
      data: { ...ENVELOPE, type: 'login-required', reason: 'x', loginUrl: {} },
    },
    { what: 'no session', data: { ...ENVELOPE, type: 'session-changed' } },
    {
      what: 'an unknown status',
      data: { ...ENVELOPE, type: 'session-changed', session: { status: 'refreshing' } },
    },
    {
      what: 'a status in a list',
      data: { ...ENVELOPE, type: 'session-changed', session: { status: ['active'] } },
    },
    {
      what: 'an expiry that is no number',
      data: { ...ENVELOPE, type: 'session-changed', session: { status: 'active', expiresAt: '1' } },
    },
    {
      what: 'a nudge time that is no number',
      data: { ...ENVELOPE, type: 'session-changed', session: { status: 'active' }, refreshAt: '1' },
    },
    { what: 'a max_age that is no number', data: { ...ENVELOPE, type: 'step-up-required', max_age: '5' } },
    { what: 'an error without a code', data: { ...ENVELOPE, type: 'broker-error', message: 'x' } },
    { what: 'an unknown type', data: { ...ENVELOPE, type: 'token' } },
    { what: 'null', data: null },
    { what: 'a string', data: 'login-required' },
  ])('$what', ({ data }) => {
    expect(parseMessage('default', data)).toBeUndefined()
  })

  test('no message makes a page throw, not even one that cannot become text', () => {
    const hostile = { toString: 1, valueOf: 1 }
    const session = { status: hostile }
    expect(parseMessage('default', { ...ENVELOPE, type: 'session-changed', session })).toBeUndefined()
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (data) => {
        parseMessage('default', data)
        parseMessage('default', { ...ENVELOPE, type: data })
        parseMessage('default', { ...ENVELOPE, type: 'session-changed', session: data })
        parseMessage('default', { ...ENVELOPE, type: 'session-changed', session: { status: data } })
      }),
    )
  })
})

describe("the worker's answer to a command", () => {
  test('has the session, and what the page needs to act on it', () => {
    const reply = {
      ...ENVELOPE,
      session: { status: 'active' },
      refreshAt: 1,
      loginUrl: 'https://app.example/',
    }
    expect(parseReply('default', reply)).toEqual(reply)
  })

  test('tells nothing of the session while the store does not answer', () => {
    expect(parseReply('default', ENVELOPE)).toEqual(ENVELOPE)
  })

  test.each([
    { what: 'a session that is none', data: { ...ENVELOPE, session: {} } },
    { what: 'another broker', data: { ...ENVELOPE, name: 'admin', session: { status: 'active' } } },
    { what: 'a loginUrl that is no text', data: { ...ENVELOPE, session: { status: 'active' }, loginUrl: 1 } },
    { what: 'undefined', data: undefined },
  ])('with $what is ignored', ({ data }) => {
    expect(parseReply('default', data)).toBeUndefined()
  })
})
