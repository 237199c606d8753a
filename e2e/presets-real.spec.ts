// The presets against the servers themselves, where those can be installed; the stand-ins of the others are in presets.spec.ts.
import { expect, test as base } from '@playwright/test'
import { consumer } from './consumer.ts'
import { PACKAGES } from './presets/install.mjs'
import { PresetTab } from './presets/preset-tab.ts'
import { isFound, isReal, REAL_NAMES, RealServer, type RealName } from './presets/real-server.ts'

const test = base.extend<{ name: RealName; server: RealServer }>({
  name: ['nestjs', { option: true }],
  server: async ({ name }, use) => {
    const server = await RealServer.start(name, consumer().site)
    await use(server)
    await server.stop()
  },
})

/** Of an access token that a test waits for the end of, s. */
const SHORT = 2

/**
 * Logs in with a token of a short life.
 * @returns waits until the app's own clock says that it is over, or so many ms before
 */
async function logInForShort(
  tab: PresetTab,
  server: RealServer,
): Promise<(before?: number) => Promise<void>> {
  await server.lifetime(SHORT)
  await tab.login('alice')
  // Some round up to whole seconds.
  const over = Date.now() + (SHORT + 1) * 1000
  await server.lifetime(300)
  server.reset()
  return (before = 0) =>
    expect.poll(() => Date.now(), { intervals: [100], timeout: 15_000 }).toBeGreaterThan(over - before)
}

for (const name of REAL_NAMES.filter(isReal))
  test.describe(name, () => {
    test.use({ name })
    test.skip(!isFound(name), `The server is not installed: ${PACKAGES[name]?.join(', ')}`)

    test('across an expiry two tabs cost one token request, and three tabs that are loaded then no more', async ({
      context,
      server,
    }) => {
      const first = await PresetTab.open(context, server.url, name)
      const expiry = await logInForShort(first, server)
      const second = await PresetTab.open(context, server.url, name)
      await expiry()
      expect(await Promise.all([first.me(), second.me(), first.me(), second.me()])).toEqual(
        Array(4).fill('alice'),
      )
      expect(server.stats).toEqual({ tokenRequests: 1, answered: 4, refused: [], placeholders: [] })

      const third = await PresetTab.open(context, server.url, name)
      const tabs = [first, second, third]
      const nextExpiry = await logInForShort(first, server)
      await nextExpiry(500)
      await Promise.all(tabs.map((tab) => tab.reload()))
      await nextExpiry()
      expect(await Promise.all(tabs.map((tab) => tab.me()))).toEqual(Array(3).fill('alice'))

      await first.hardReload()
      expect(await first.me()).toBe('alice')
      expect(await first.stored()).toContain('held-by-sw-token-broker-')
      expect(server.stats).toEqual({ tokenRequests: 1, answered: 4, refused: [], placeholders: [] })
      expect(await first.logins()).toBe(0)
    })

    test('a logout, another user, and a session that the server ends', async ({ context, server }) => {
      const tab = await PresetTab.open(context, server.url, name)
      await tab.login('alice')
      expect(await tab.me()).toBe('alice')
      await tab.logout()
      expect(await tab.me()).toBe(401)
      expect(server.stats).toEqual({ tokenRequests: 0, answered: 1, refused: [], placeholders: [] })

      await tab.login('alice')
      const other = await PresetTab.open(context, server.url, name)
      await other.login('bob')
      expect(await Promise.all([tab.me(), other.me(), tab.me()])).toEqual(['bob', 'bob', 'bob'])
      const [before, lostBefore] = [await tab.logins(), await tab.lost()]

      const expiry = await logInForShort(tab, server)
      await server.endSessions()
      await expiry()
      expect(await tab.me()).toBe(401)
      expect(await tab.logins()).toBe(before + 1)
      await expect.poll(() => other.lost()).toBe(lostBefore + 1)
      expect(await tab.stored()).not.toContain('held-by-sw-token-broker-')
      expect(server.stats).toMatchObject({ tokenRequests: 1, answered: 0, placeholders: [] })
    })
  })
