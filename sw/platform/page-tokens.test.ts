import { describe, expect, test } from 'vitest'
import { ANONYMOUS } from '../core/session.ts'
import { activeSession, OTHER_SESSION_ID, SESSION_ID } from '../testing/fixtures.ts'
import { withPlaceholders } from './page-tokens.ts'
import { digestOf } from './token-digest.ts'

const ACCESS = `held-by-sw-token-broker-${SESSION_ID}a1`
const REFRESH = `held-by-sw-token-broker-${SESSION_ID}r1`

describe('a token of the session is known', () => {
  test.each([
    ['in a header', 'Bearer access-token-1', `Bearer ${ACCESS}`],
    [
      'in a structured header',
      'MediaBrowser Client="Web", Token="access-token-1"',
      `MediaBrowser Client="Web", Token="${ACCESS}"`,
    ],
    ['in JSON', '{"token":"refresh-token-1","id":7}', `{"token":"${REFRESH}","id":7}`],
    [
      'in a form',
      'grant_type=refresh_token&refresh_token=refresh-token-1',
      `grant_type=refresh_token&refresh_token=${REFRESH}`,
    ],
    ['alone', 'refresh-token-1', REFRESH],
  ])('%s', async (_, text, expected) => {
    expect(await withPlaceholders(text, activeSession())).toBe(expected)
  })

  test('although a form writes it in another way', async () => {
    const session = activeSession({ tokens: { accessToken: '7|a+b/c==', receivedAt: 0 } })
    expect(await withPlaceholders(`token=${encodeURIComponent('7|a+b/c==')}`, session)).toBe(
      `token=${ACCESS}`,
    )
    expect(await withPlaceholders('"7|a+b/c=="', session)).toBe(`"${ACCESS}"`)
  })
})

test('a former token is known by its digest, as an older one', async () => {
  const session = activeSession({ generation: 3, retired: [await digestOf('access-token-0')] })
  expect(await withPlaceholders('Bearer access-token-0', session)).toBe(
    `Bearer held-by-sw-token-broker-${SESSION_ID}a0`,
  )
})

test.each([
  ['in the session that was made of them', activeSession({ generation: 2 })],
  ['in another session', activeSession({ sessionId: OTHER_SESSION_ID })],
  ['after the logout', ANONYMOUS],
])('adopted tokens are known %s', async (_, session) => {
  const [access, refresh] = await Promise.all(['adopted-access', 'adopted-refresh'].map(digestOf))
  const known = { ...session, adopted: { sessionId: SESSION_ID, access, refresh } }
  expect(await withPlaceholders('{"a":"adopted-access","r":"adopted-refresh"}', known)).toBe(
    `{"a":"held-by-sw-token-broker-${SESSION_ID}a0","r":"held-by-sw-token-broker-${SESSION_ID}r0"}`,
  )
})

test.each([
  'Bearer somebody-elses-token',
  '{"refresh_token":"unknown-token"}',
  '%E0%A4%A',
  '',
  '=======',
  REFRESH,
])('%j is left as it is', async (text) => {
  const session = activeSession({ retired: [await digestOf('access-token-0')] })
  expect(await withPlaceholders(text, session)).toBe(text)
})
