import 'fake-indexeddb/auto'
import { describe, expect, test, vi } from 'vitest'
import type { Announcement } from './protocol/messages.ts'
import { logoutAnswerer } from './answer-logout.ts'
import type { ActiveSession } from './core/session.ts'
import { RFC_FIELDS } from './core/token-response.ts'
import { logoutCommand } from './end-session.ts'
import { jsonTokenEndpoint, logoutBody } from './platform/json-token-endpoint.ts'
import { refresher } from './refresh-session.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'
import { activeSession, NOW, OTHER_SESSION_ID, SESSION_ID, testClock, tokenSet } from './testing/fixtures.ts'
import { newDatabaseName, workerStore, writeToDisk } from './testing/stores.ts'

interface Case {
  session?: Partial<ActiveSession> | null
  /** Whether the access token that is in the store has expired by the clock of this browser. */
  isExpired?: boolean
  /** What the server takes for a good access token. */
  good?: string
  refresh?: number | 'cut'
  /** Whether a refresh brings a new refresh token. */
  rotates?: boolean
  logout?: number | 'cut'
  byCookie?: boolean
  /** Happens while the refresh is under way. */
  meanwhile?: (keeper: SessionKeeper) => Promise<unknown>
}

/** A server whose logout asks for a good access token, and the broker's side of it. */
async function world(given: Case) {
  const { session = {}, isExpired = false, good = 'access-token-2', byCookie = false, rotates = true } = given
  const name = newDatabaseName()
  if (session) await writeToDisk(name, { v: 1, session: activeSession(session) })
  const told: Announcement[] = []
  const keeper = sessionKeeper(
    workerStore(name).store,
    { post: async (announcements) => void told.push(...announcements) },
    { canRefresh: () => true },
  )
  vi.stubGlobal('location', new URL('https://app.example'))
  const clock = testClock(isExpired ? NOW + 301_000 : NOW)
  const received: string[] = []
  const answer = (status: number | 'cut' | undefined, usual: Response): Response => {
    if (status === 'cut') throw new TypeError('Failed to fetch')
    return status === undefined ? usual : new Response(null, { status })
  }
  const fetch = async (input: Request): Promise<Response> => {
    input.signal.throwIfAborted()
    const { pathname } = new URL(input.url)
    const token = input.headers.get('Authorization')?.replace('Bearer ', '') ?? ''
    const shown = /refresh-token-\d/.exec(await input.text())?.[0] ?? ''
    received.push(`${pathname} ${token} ${shown}`.trimEnd())
    if (pathname === '/logout')
      return answer(given.logout, new Response(null, { status: token === good ? 200 : 401 }))
    await given.meanwhile?.(keeper)
    return answer(
      given.refresh,
      Response.json({
        access_token: 'access-token-2',
        refresh_token: rotates ? 'refresh-token-2' : undefined,
      }),
    )
  }
  const endpoint = jsonTokenEndpoint({
    refresh: 'https://app.example/refresh',
    method: 'POST',
    logout: 'https://app.example/logout',
    fields: RFC_FIELDS,
    expiresInUnit: 's',
    refreshToken: byCookie ? 'cookie' : 'body',
    header: 'Authorization',
    scheme: 'Bearer',
    timeout: 1000,
    clock,
    fetch,
  })
  const ports = { keeper, endpoint, clock, byCookie }
  return {
    keeper,
    received,
    errors: () => told.filter(({ type }) => type === 'broker-error'),
    refresh: () =>
      refresher({ ...ports, waitLimit: 1000, lock: { run: (_, critical) => critical() } }).refresh(
        activeSession(),
        () => undefined,
      ),
    logout: () => logoutCommand(ports)(() => undefined),
    answer: logoutAnswerer({
      ...ports,
      fetch,
      carriers: { headers: ['Authorization'], scheme: 'Bearer', query: [] },
      logoutBody: ({ tokens }) => JSON.stringify(logoutBody(RFC_FIELDS.request, tokens)),
    }),
  }
}

const FIRST = '/logout access-token-1 refresh-token-1'
const REFRESH = '/refresh  refresh-token-1'
const SECOND = '/logout access-token-2 refresh-token-2'

const logIn = (keeper: SessionKeeper): Promise<unknown> =>
  keeper.dispatch({ type: 'logged-in', sessionId: OTHER_SESSION_ID, tokens: tokenSet() })

describe('a logout', () => {
  test.each<[string, Case, string[], 'confirmed' | 'unconfirmed']>([
    ['with a good access token is one request', { good: 'access-token-1' }, [FIRST], 'confirmed'],
    [
      'with an expired one refreshes first, and ends what that has brought',
      { isExpired: true },
      [REFRESH, SECOND],
      'confirmed',
    ],
    ['that is refused is sent once more after a refresh', {}, [FIRST, REFRESH, SECOND], 'confirmed'],
    [
      'that is refused again is not sent a third time',
      { good: 'none' },
      [FIRST, REFRESH, SECOND],
      'unconfirmed',
    ],
    [
      'ends the refresh token that it has where a refresh brings no other',
      { isExpired: true, rotates: false },
      [REFRESH, '/logout access-token-2 refresh-token-1'],
      'confirmed',
    ],
    [
      'whose refresh is not to be had is sent as it is',
      { isExpired: true, refresh: 503 },
      [REFRESH, FIRST],
      'unconfirmed',
    ],
    [
      'whose refresh is not to be had may be taken all the same',
      { isExpired: true, refresh: 503, good: 'access-token-1' },
      [REFRESH, FIRST],
      'confirmed',
    ],
    [
      'without a network says so',
      { isExpired: true, refresh: 'cut', logout: 'cut' },
      [REFRESH, FIRST],
      'unconfirmed',
    ],
    ['that the server fails at says so, and is not sent again', { logout: 500 }, [FIRST], 'unconfirmed'],
    [
      'of a session that is over at the server is told to nobody',
      { isExpired: true, refresh: 401 },
      [REFRESH, FIRST],
      'confirmed',
    ],
    [
      'beside a refresh leaves what that brings to whoever has begun it',
      { isExpired: true, session: { refreshStartedAt: NOW } },
      [FIRST],
      'confirmed',
    ],
    [
      'of a session that only its access token keeps has nothing to refresh',
      { session: { tokens: tokenSet({ refreshToken: undefined }) } },
      ['/logout access-token-1'],
      'confirmed',
    ],
    ['without a session is no request', { session: null }, [], 'confirmed'],
    [
      'by cookie refreshes where the access token is gone',
      { byCookie: true, session: null },
      ['/logout', '/refresh', '/logout access-token-2'],
      'confirmed',
    ],
  ])('%s', async (_, given, requests, outcome) => {
    const { keeper, logout, received, errors } = await world(given)
    await logout()
    expect(received).toEqual(requests)
    expect(errors()).toEqual(
      outcome === 'confirmed' ? [] : [expect.objectContaining({ code: 'logout-unconfirmed' })],
    )
    expect((await keeper.reload()).status).toBe('anonymous')
  })

  test('is over for the pages before the server is asked for anything', async () => {
    const seen: string[] = []
    const meanwhile = async (keeper: SessionKeeper): Promise<void> =>
      void seen.push((await keeper.reload()).status)
    await (await world({ isExpired: true, meanwhile })).logout()
    expect(seen).toEqual(['anonymous'])
  })

  test('of two tabs at once is told once', async () => {
    const { logout, received } = await world({ isExpired: true })
    await Promise.all([logout(), logout()])
    expect(received).toEqual([REFRESH, SECOND])
  })

  test.each([
    ['the new refresh token', true, SECOND],
    ['the old one, where it brings no new one', false, '/logout access-token-2 refresh-token-1'],
  ])('during a refresh ends with %s', async (_, rotates, last) => {
    const { logout, refresh, received } = await world({
      isExpired: true,
      rotates,
      meanwhile: async () => logout(),
    })
    await refresh()
    await vi.waitFor(() => expect(received).toEqual([REFRESH, FIRST, last]))
  })

  test("of one user while another logs in ends the one's session only", async () => {
    const { keeper, logout, received } = await world({ isExpired: true, meanwhile: logIn })
    await logout()
    expect(received).toEqual([REFRESH, SECOND])
    expect(await keeper.reload()).toMatchObject({ status: 'active', sessionId: OTHER_SESSION_ID })
  })
})

describe("a page's own logout", () => {
  const placeholder = (kind: string): string => `held-by-sw-token-broker-${SESSION_ID}${kind}1`
  const request = (body: string): Request =>
    new Request('https://app.example/logout', {
      method: 'POST',
      body,
      headers: { Authorization: `Bearer ${placeholder('a')}`, 'Content-Type': 'application/json' },
    })
  const BODY = JSON.stringify({ everywhere: true, token: placeholder('r') })

  test.each<[string, Case, string, string[], number]>([
    ['with an expired access token refreshes first', { isExpired: true }, BODY, [REFRESH, SECOND], 200],
    ['that is refused is sent once more, body and all', {}, BODY, [FIRST, REFRESH, SECOND], 200],
    ['with an empty body has the newest refresh token, too', { isExpired: true }, '', [REFRESH, SECOND], 200],
    ["gets the server's own answer where no refresh helps", { refresh: 503 }, BODY, [FIRST, REFRESH], 401],
    ['whose answer is no 401 is sent once', { logout: 500 }, BODY, [FIRST], 500],
  ])('%s', async (_, given, body, requests, status) => {
    const { keeper, answer, received } = await world(given)
    expect((await answer(request(body))).status).toBe(status)
    expect(received).toEqual(requests)
    expect((await keeper.reload()).status).toBe('anonymous')
  })

  test('reaches the server although the page has left', async () => {
    const leaving = new AbortController()
    const { answer, received } = await world({ isExpired: true, meanwhile: async () => leaving.abort() })
    const answered = await answer(new Request(request(BODY), { signal: leaving.signal }))
    expect(answered.status).toBe(200)
    expect(received).toEqual([REFRESH, SECOND])
  })
})
