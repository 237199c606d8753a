import { describe, expect, test } from 'vitest'
import { OTHER_SESSION_ID, SESSION_ID, tokenSet } from '../testing/fixtures.ts'
import {
  credentials,
  isWithoutToken,
  placeholdersIn,
  substituted,
  type Carriers,
  type Credentials,
} from './carriers.ts'

const ACCESS = `held-by-sw-token-broker-${SESSION_ID}a1`
const REFRESH = `held-by-sw-token-broker-${SESSION_ID}r1`
const STRANGE = `held-by-sw-token-broker-${OTHER_SESSION_ID}a1`
const JWT = `eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.${ACCESS}`

const carriers: Carriers = { headers: ['Authorization', 'X-Emby-Token'], scheme: 'Bearer', query: ['token'] }
const given: Credentials = { sessionId: SESSION_ID, tokens: tokenSet({ accessToken: 'a/1' }) }

const changed = (
  headers: Record<string, string>,
  query: string[] = [],
  tokens: Credentials | null = given,
): { headers: Record<string, string | undefined>; query?: readonly string[] | undefined } => {
  const { headers: to, query: pairs } = substituted(
    { headers: new Map(Object.entries(headers)), query },
    carriers,
    tokens ?? undefined,
  )
  return { headers: Object.fromEntries(to), query: pairs }
}

test.each([
  { scheme: 'Bearer', value: 'Bearer t' },
  { scheme: 'Token', value: 'Token t' },
  { scheme: '', value: 't' },
])('the value of the header with the scheme "$scheme"', ({ scheme, value }) => {
  expect(credentials(scheme, 't')).toBe(value)
})

describe('a header that says that there is no token', () => {
  test.each([
    { value: 'Bearer null', scheme: 'Bearer', is: true },
    { value: 'Bearer undefined', scheme: 'Bearer', is: true },
    { value: 'bearer null', scheme: 'Bearer', is: true },
    { value: 'Bearer', scheme: 'Bearer', is: true },
    { value: 'null', scheme: '', is: true },
    { value: 'undefined', scheme: 'Bearer', is: true },
    { value: 'Token null', scheme: 'Token', is: true },
    { value: 'Bearer nullable', scheme: 'Bearer', is: false },
    { value: 'Bearer x', scheme: 'Bearer', is: false },
    { value: 'Basic null', scheme: 'Bearer', is: false },
    { value: 'MediaBrowser Token="null"', scheme: 'Bearer', is: false },
    // An app that sets an empty header says that it wants none.
    { value: '', scheme: 'Bearer', is: false },
    { value: '', scheme: '', is: false },
  ])('"$value" with the scheme "$scheme": $is', ({ value, scheme, is }) => {
    expect(isWithoutToken(value, scheme)).toBe(is)
  })
})

describe('tokens are put where the page has put placeholders', () => {
  test.each<[string, Record<string, string>, string[], ReturnType<typeof changed>]>([
    ['nowhere: the first header gets it', {}, [], { headers: { Authorization: 'Bearer a/1' } }],
    [
      'a literal: the same',
      { Authorization: 'Bearer undefined', 'X-Emby-Token': 'null' },
      [],
      { headers: { Authorization: 'Bearer a/1', 'X-Emby-Token': undefined } },
    ],
    [
      'the first header',
      { Authorization: `Bearer ${ACCESS}` },
      [],
      { headers: { Authorization: 'Bearer a/1' } },
    ],
    ['a JWT', { Authorization: `Bearer ${JWT}` }, [], { headers: { Authorization: 'Bearer a/1' } }],
    [
      'a scheme of its own',
      { Authorization: `JWT ${ACCESS}` },
      [],
      { headers: { Authorization: 'JWT a/1' } },
    ],
    ['another header alone', { 'X-Emby-Token': ACCESS }, [], { headers: { 'X-Emby-Token': 'a/1' } }],
    [
      'a structured value',
      { Authorization: `MediaBrowser Client="Web, 1", Token="${ACCESS}", DeviceId="null"` },
      [],
      { headers: { Authorization: 'MediaBrowser Client="Web, 1", Token="a/1", DeviceId="null"' } },
    ],
    [
      'two headers',
      { Authorization: `Bearer ${ACCESS}`, 'X-Emby-Token': ACCESS },
      [],
      { headers: { Authorization: 'Bearer a/1', 'X-Emby-Token': 'a/1' } },
    ],
    ['the query', {}, ['a=1', `token=${ACCESS}`], { headers: {}, query: ['a=1', 'token=a%2F1'] }],
    ['the query, of a session that is over', {}, [`token=${STRANGE}`], { headers: {}, query: ['token='] }],
    [
      'a member that is not named',
      {},
      [`other=${ACCESS}`, `xtoken=${ACCESS}`, ACCESS],
      { headers: { Authorization: 'Bearer a/1' } },
    ],
    [
      'credentials of its own beside',
      { Authorization: 'Basic YTpi', 'X-Emby-Token': ACCESS },
      [],
      { headers: { 'X-Emby-Token': 'a/1' } },
    ],
  ])('%s', (_, headers, query, expected) => {
    expect(changed(headers, query)).toEqual(expected)
  })

  test('and taken out where there is no session to go with', () => {
    expect(
      changed({ Authorization: 'Bearer null', 'X-Emby-Token': ACCESS }, [`token=${ACCESS}`, 'a=1'], null),
    ).toEqual({ headers: { Authorization: undefined, 'X-Emby-Token': undefined }, query: ['a=1'] })
    expect(changed({ Authorization: 'Basic YTpi' }, ['token=mine'], null)).toEqual({ headers: {} })
  })

  test('of a header that says more than its scheme only the placeholder is taken out', () => {
    const structured = `MediaBrowser Client="Web", Token="${ACCESS}"`
    expect(changed({ Authorization: `Bearer ${JWT}`, 'X-Emby-Token': structured }, [], null).headers).toEqual(
      {
        Authorization: undefined,
        'X-Emby-Token': 'MediaBrowser Client="Web", Token=""',
      },
    )
  })

  test('never the refresh token where none is given', () => {
    const { accessToken, receivedAt } = given.tokens
    const access = { sessionId: SESSION_ID, tokens: { accessToken, receivedAt } }
    expect(changed({ Authorization: `Bearer ${REFRESH}` }, [], access)).toEqual({
      headers: { Authorization: 'Bearer ' },
    })
  })

  test('no empty token into the first header', () => {
    const tokens = tokenSet({ accessToken: '' })
    expect(changed({}, [], { sessionId: SESSION_ID, tokens })).toEqual({ headers: {} })
  })
})

test('what holds a placeholder is known as such, and nothing else', () => {
  const headers = new Map([
    ['Authorization', 'Bearer x'],
    ['X-Emby-Token', ACCESS],
  ])
  expect(placeholdersIn({ headers, query: [`token=${REFRESH}`, `x=${STRANGE}`] }, carriers)).toBe(
    `${ACCESS} token=${REFRESH}`,
  )
  expect(placeholdersIn({ headers: new Map(), query: ['token=x'] }, carriers)).toBe('')
})
