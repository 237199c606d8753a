import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommand } from './parse-command.ts'

const ENVELOPE = { v: 1, source: 'sw-token-broker', name: 'default' }

describe('a page commands the broker', () => {
  test.each([
    { data: { type: 'get-session' }, command: { type: 'get-session' } },
    {
      data: { type: 'get-session', isLanding: true, whenDecided: true },
      command: { type: 'get-session', isLanding: true, whenDecided: true },
    },
    { data: { type: 'silent-login', id: 'x' }, command: { type: 'silent-login', id: 'x' } },
    { data: { type: 'silent-login', id: 1 }, command: undefined },
    { data: { type: 'logout' }, command: { type: 'logout' } },
    { data: { type: 'claim' }, command: { type: 'claim' } },
    { data: { type: 'nudge' }, command: { type: 'nudge', online: false } },
    { data: { type: 'nudge', online: true }, command: { type: 'nudge', online: true } },
    { data: { type: 'nudge', online: 'yes' }, command: { type: 'nudge', online: false } },
  ])('$data', ({ data, command }) => {
    expect(parseCommand('default', { ...ENVELOPE, ...data })).toEqual(command)
  })

  test('only the members of the protocol get through', () => {
    expect(parseCommand('default', { ...ENVELOPE, type: 'logout', accessToken: 'x' })).toEqual({
      type: 'logout',
    })
  })
})

test('a token response comes through as it is', () => {
  const tokenResponse = { access_token: 'a' }
  expect(parseCommand('default', { ...ENVELOPE, type: 'set-session', tokenResponse })).toEqual({
    type: 'set-session',
    tokenResponse,
  })
})

describe('what other scripts post is ignored', () => {
  test.each([
    { what: 'another version of the protocol', data: { ...ENVELOPE, v: 2, type: 'logout' } },
    { what: 'another library', data: { ...ENVELOPE, source: 'workbox', type: 'logout' } },
    { what: 'the broker of another name', data: { ...ENVELOPE, name: 'admin', type: 'logout' } },
    { what: 'an unknown command', data: { ...ENVELOPE, type: 'get-token' } },
    { what: 'no command', data: ENVELOPE },
    { what: "Workbox's CACHE_URLS", data: { type: 'CACHE_URLS', payload: { urlsToCache: ['/api/'] } } },
    { what: 'null', data: null },
    { what: 'undefined', data: undefined },
    { what: 'a string', data: 'logout' },
    { what: 'a list', data: [ENVELOPE] },
  ])('$what', ({ data }) => {
    expect(parseCommand('default', data)).toBeUndefined()
  })

  test('no message makes it throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (data, type) => {
        parseCommand('default', data)
        parseCommand('default', { ...ENVELOPE, type })
      }),
    )
  })
})
