import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import type { Announcement } from './protocol/messages.ts'
import type { SessionEvent } from './core/transition.ts'
import { lostSession, OTHER_SESSION_ID, SESSION_ID, tokenSet } from './testing/fixtures.ts'
import { newDatabaseName, workerStore, writeToDisk } from './testing/stores.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'

const login: SessionEvent = { type: 'logged-in', sessionId: OTHER_SESSION_ID, tokens: tokenSet() }

/** A worker that finds a session which was lost before it started, and what it has told the pages. */
async function afterLoss(
  post: () => Promise<void>,
): Promise<{ keeper: SessionKeeper; told: Announcement[] }> {
  const name = newDatabaseName()
  await writeToDisk(name, { v: 1, session: lostSession() })
  const told: Announcement[] = []
  const announcer = {
    post: (announcements: readonly Announcement[]) => {
      told.push(...announcements)
      return post()
    },
  }
  const { store } = workerStore(name)
  return { keeper: sessionKeeper(store, announcer, { canRefresh: () => true }), told }
}

test('a 401 is judged by what the store says now, not by what was read before the pages were told', async () => {
  let isTold = (): void => undefined
  const first = new Promise<void>((resolve) => (isTold = resolve))
  let posts = 0
  const { keeper } = await afterLoss(() => (++posts === 1 ? first : Promise.resolve()))
  const before = keeper.reload()
  await expect.poll(() => posts).toBe(1)
  await keeper.dispatch(login)
  expect(await keeper.reload()).toMatchObject({ status: 'active', sessionId: OTHER_SESSION_ID })
  isTold()
  expect(await before).toMatchObject({ status: 'login-required', sessionId: SESSION_ID })
})

test('a loss that nobody was told of is told once, however many requests find it', async () => {
  const { keeper, told } = await afterLoss(() => Promise.resolve())
  await Promise.all(Array.from({ length: 20 }, async () => keeper.current()))
  await Promise.all(Array.from({ length: 20 }, () => keeper.reload()))
  expect(told.filter(({ type }) => type === 'login-required')).toHaveLength(1)
})
