import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ActiveSession, Session } from './core/session.ts'
import { RFC_FIELDS } from './core/token-response.ts'
import { renewingSend } from './renew-from-answer.ts'
import { digestOf } from './platform/token-digest.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'
import { activeSession, jwt, NOW, SESSION_ID, testClock } from './testing/fixtures.ts'
import { newDatabaseName, workerStore, writeToDisk, type WorkerStore } from './testing/stores.ts'

const HEADER = 'X-ND-Authorization'
const placeholder = (generation: number): string => `held-by-sw-token-broker-${SESSION_ID}a${generation}`

let keeper: SessionKeeper
let worker: WorkerStore

beforeEach(async () => {
  const name = newDatabaseName()
  await writeToDisk(name, { v: 1, session: activeSession() })
  worker = workerStore(name)
  keeper = sessionKeeper(worker.store, { post: async () => undefined }, { canRefresh: () => false })
  await keeper.current()
})

const current = async (): Promise<ActiveSession> => {
  const session: Session = await keeper.current()
  if (session.status !== 'active') throw new TypeError(`the session is ${session.status}`)
  return session
}

const answered = (
  value: string | undefined,
  sent: ActiveSession | undefined,
  reveal = false,
): Promise<Response> =>
  renewingSend(
    async () =>
      new Response('body', {
        status: 207,
        headers: value === undefined ? {} : { [HEADER]: value, Date: new Date(NOW).toUTCString() },
      }),
    HEADER,
    keeper,
    testClock(),
    { fields: RFC_FIELDS, reveal },
  )(new Request('https://app.example/api/x'), sent)

describe('an answer', () => {
  test('with a new token has a placeholder for it, and the session has the token', async () => {
    const response = await answered('Bearer access-token-2', await current())
    expect(response.headers.get(HEADER)).toBe(`Bearer ${placeholder(2)}`)
    expect(response.status).toBe(207)
    expect(await response.text()).toBe('body')
    expect(await current()).toMatchObject({ generation: 2, tokens: { accessToken: 'access-token-2' } })
  })

  test('with a JWT tells its expiry by the clock of the answer', async () => {
    await answered(jwt({ exp: NOW / 1000 + 60 }), await current())
    expect((await current()).tokens).toMatchObject({ expiresAt: NOW + 60_000, exp: NOW / 1000 + 60 })
  })

  test('with the current token costs no access to the store, and shows a placeholder', async () => {
    const calls = worker.database.calls
    const response = await answered('access-token-1', await current())
    expect(response.headers.get(HEADER)).toBe(placeholder(1))
    expect(worker.database.calls).toBe(calls)
  })

  test('to a session that is over brings no token to the page, nor to the store', async () => {
    const sent = await current()
    await keeper.dispatch({ type: 'logged-out' })
    const response = await answered('access-token-2', sent)
    expect(response.headers.get(HEADER)).toBe(placeholder(1))
    expect(await keeper.current()).toMatchObject({ status: 'anonymous' })
  })

  test.each([undefined, '', placeholder(1)])('with %j is passed on as it is', async (value) => {
    const response = await answered(value, await current())
    expect(response.headers.get(HEADER)).toBe(value ?? null)
    expect((await current()).generation).toBe(1)
  })

  test('to a request without our token is none of our business', async () => {
    expect((await answered('access-token-2', undefined)).headers.get(HEADER)).toBe('access-token-2')
    expect((await current()).generation).toBe(1)
  })
})

describe('where pages keep access tokens, an answer', () => {
  test('with a new token has it, and the one before is known from then on', async () => {
    const response = await answered('access-token-2', await current(), true)
    expect(response.headers.get(HEADER)).toBe('access-token-2')
    expect((await current()).retired).toEqual([await digestOf('access-token-1')])
  })

  test('whose token has lost to a newer one has the current one in its place', async () => {
    const sent = await current()
    await answered(jwt({ exp: NOW / 1000 + 90 }), sent, true)
    const newest = (await current()).tokens.accessToken
    const response = await answered(`Bearer ${jwt({ exp: NOW / 1000 + 60 })}`, sent, true)
    expect(response.headers.get(HEADER)).toBe(`Bearer ${newest}`)
  })

  test('and others at the same time leave no token that is given away and then unknown', async () => {
    const sent = await current()
    const tokens = [60, 90, 70, 80, 65].map((life) => jwt({ exp: NOW / 1000 + life }))
    const responses = await Promise.all(tokens.map((token) => answered(token, sent, true)))

    const { tokens: last, retired = [] } = await current()
    const known = [...retired, await digestOf(last.accessToken)]
    for (const response of responses)
      expect(known).toContain(await digestOf(response.headers.get(HEADER) ?? ''))
    expect(known).toContain(await digestOf('access-token-1'))
  })
})
