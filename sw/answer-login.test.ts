import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { loginAnswerer } from './answer-login.ts'
import { RFC_FIELDS } from './core/token-response.ts'
import type { Announcement } from './protocol/messages.ts'
import { sessionKeeper } from './session-keeper.ts'
import { testClock } from './testing/fixtures.ts'
import { newDatabaseName, workerStore } from './testing/stores.ts'

/** What the pages are told of a login that is answered so. */
async function told(answer: string): Promise<Announcement[]> {
  const messages: Announcement[] = []
  const { store } = workerStore(newDatabaseName())
  const announcer = {
    post: async (announcements: readonly Announcement[]) => void messages.push(...announcements),
  }
  const keeper = sessionKeeper(store, announcer, { canRefresh: () => true })
  const response = await loginAnswerer({
    keeper,
    clock: testClock(),
    fetch: async () => new Response(answer, { headers: { 'Content-Type': 'application/json' } }),
    format: { fields: RFC_FIELDS, expiresInUnit: 's' },
    carriers: { headers: ['Authorization'], scheme: 'Bearer', query: [] },
  })(new Request('https://app.example/auth/login', { method: 'POST' }))
  expect(await response.text()).toBe(answer)
  return messages
}

test('a login with a second factor to come passes silently', async () => {
  expect(await told('{"mfa_required":true,"mfa_token":"one-time"}')).toEqual([])
  expect(await told('[]')).toEqual([])
  expect(await told('')).toEqual([])
})

test("a token by another name is a developer's to learn of: by the names of the members, not their values", async () => {
  const [message] = await told('{"data":{"token":"secret"},"user":"ann"}')
  expect(message).toMatchObject({ type: 'broker-error', code: 'no-access-token' })
  expect(JSON.stringify(message)).toContain("'data', 'user'")
  expect(JSON.stringify(message)).not.toContain('secret')
})
