import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import type { ActiveSession } from './core/session.ts'
import type { Announcement } from './protocol/messages.ts'
import { activeSession, testClock, tokenSet } from './testing/fixtures.ts'
import { newDatabaseName, workerStore, writeToDisk } from './testing/stores.ts'
import { sessionKeeper } from './session-keeper.ts'
import { registrationWatch } from './watch-registration.ts'

async function watch(isUnregistered: boolean) {
  const name = newDatabaseName()
  await writeToDisk(name, { v: 1, session: activeSession() })
  const told: Announcement[] = []
  const seen = { looks: 0, revoked: [] as string[] }
  const post = async (announcements: readonly Announcement[]): Promise<void> =>
    void told.push(...announcements)
  const keeper = sessionKeeper(workerStore(name).store, { post }, { canRefresh: () => true })
  const clock = testClock()
  const endpoint = {
    canRefresh: () => true,
    refresh: async () => ({ type: 'rejected' }) as const,
    async revoke({ tokens }: ActiveSession) {
      seen.revoked.push(tokens.refreshToken ?? '')
      return undefined
    },
  }
  const look = async (): Promise<boolean> => {
    seen.looks++
    return isUnregistered
  }
  return {
    keeper,
    told,
    seen,
    clock,
    watch: registrationWatch({ keeper, endpoint, clock, isUnregistered: look }),
  }
}

test('an unregistered worker ends the session once: tokens gone, revoked, and the pages told', async () => {
  const { keeper, told, seen, watch: registration } = await watch(true)
  await Promise.all([registration.look(), registration.look()])
  await registration.look()
  expect(await keeper.reload()).toMatchObject({ status: 'login-required', reason: 'unregistered' })
  expect(seen.revoked).toEqual([tokenSet().refreshToken])
  expect(told.filter(({ type }) => type === 'login-required')).toEqual([
    expect.objectContaining({ reason: 'unregistered' }),
  ])
})

test('a registered one changes nothing, and asks the browser every five minutes at most', async () => {
  const { keeper, told, seen, clock, watch: registration } = await watch(false)
  let held = 0
  for (let minute = 0; minute < 12; minute++) {
    const looks: Promise<unknown>[] = []
    for (const answer of [Promise.resolve(), Promise.resolve()])
      registration.lookSeldom(answer, (promise) => void looks.push(promise))
    await Promise.all(looks)
    held += looks.length
    clock.time += 60_000
  }
  // Nothing holds the worker for a look that is not due.
  expect(held).toBe(4)
  expect(seen).toEqual({ looks: 2, revoked: [] })
  expect(await keeper.reload()).toMatchObject({ status: 'active' })
  expect(told).toEqual([])
})
