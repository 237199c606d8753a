import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'
import type { RefreshLock } from './platform/ports.ts'

test('a login by cookie is sent when the refresh that is under way has ended, and holds back the next', async () => {
  const order: string[] = []
  let refreshed: () => void = () => undefined
  const refresh = new Promise<void>((resolve) => (refreshed = resolve))
  const lock: RefreshLock = {
    async run(_, critical) {
      await refresh
      const result = await critical()
      order.push('free')
      return result
    },
  }
  const answer = inTurn(
    lock,
    1000,
  )(async () => {
    order.push('sent')
    await Promise.resolve()
    order.push('answered')
    return 'bob'
  })
  order.push('refreshed')
  refreshed()
  await expect(answer).resolves.toBe('bob')
  expect(order).toEqual(['refreshed', 'sent', 'answered', 'free'])
})

test('a login is sent all the same where the refresh does not end, and once', async () => {
  let sent = 0
  await inTurn({ run: async () => undefined }, 1000)(async () => void sent++)
  await expect(
    inTurn(
      { run: (_, critical) => critical() },
      1000,
    )(async () => {
      sent++
      throw new TypeError('Failed to fetch')
    }),
  ).rejects.toThrow('Failed to fetch')
  expect(sent).toBe(2)
})
