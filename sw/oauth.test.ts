import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { oauth } from './oauth.ts'
import { openDatabase } from './platform/database.ts'
import type { Announcement } from './protocol/messages.ts'
import { sessionKeeper } from './session-keeper.ts'
import { testClock } from './testing/fixtures.ts'
import { newDatabaseName, workerStore } from './testing/stores.ts'

const ISSUER = 'https://id.example'
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
}

/** The codes that a login reports where the server answers with a token of this type. */
async function reportsOf(dpop: boolean | 'refresh-token', tokenType: string): Promise<string[]> {
  const { store } = workerStore(newDatabaseName())
  const keeper = sessionKeeper(store, { post: async () => undefined }, { canRefresh: () => true })
  vi.stubGlobal('location', new URL('https://app.example'))
  const reported: Announcement[] = []
  const { navigate } = oauth({ issuer: ISSUER, clientId: 'spa', scope: 'api', dpop }).connect({
    name: 'default',
    clock: testClock(),
    timeout: 5000,
    database: openDatabase(newDatabaseName()),
    report: (announcement) => reported.push(announcement),
    fetch: async ({ url }) =>
      Response.json(url.endsWith('/token') ? { access_token: 'a', token_type: tokenType } : METADATA),
  })
  const began = await navigate?.(new URL('https://app.example/auth/login'), 'login', keeper)
  const state = new URL(began?.headers.get('Location') ?? '').searchParams.get('state') ?? ''
  const callback = new URL(`https://app.example/auth/callback?code=c&state=${state}`)
  expect((await navigate?.(callback, 'callback', keeper))?.headers.get('Location')).toBe('/')
  return reported.map((announcement) => (announcement.type === 'broker-error' ? announcement.code : ''))
}

test('a developer learns that a server binds no token, where it should', async () => {
  expect(await reportsOf(true, 'Bearer')).toEqual(['dpop-not-bound'])
  expect(await reportsOf(true, 'DPoP')).toEqual([])
  expect(await reportsOf('refresh-token', 'Bearer')).toEqual([])
  expect(await reportsOf(false, 'Bearer')).toEqual([])
})
