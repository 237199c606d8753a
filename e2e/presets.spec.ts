import { expect, test as base } from '@playwright/test'
import { consumer } from './consumer.ts'
import { PresetTab } from './presets/preset-tab.ts'
import { BackendServer } from './presets/backend-server.ts'
import { BACKENDS, type BackendName } from './presets/backends.ts'
import { isFound } from './presets/real-server.ts'

interface Fixtures {
  name: BackendName
  backend: BackendServer
}

const test = base.extend<Fixtures>({
  name: ['simpleJwt', { option: true }],
  backend: async ({ name }, use) => {
    const backend = await BackendServer.start(name, consumer().site)
    await use(backend)
    await backend.stop()
  },
})

/** A dead token of these renews nothing, so there is nothing to see across an expiry but a new login. */
const RENEWS_ITSELF: readonly BackendName[] = ['pocketbase']

/** Logs in with a token of a short life, and waits until the app's own clock says that it is over, s. */
async function logInForShort(
  app: PresetTab,
  backend: BackendServer,
  name: BackendName,
): Promise<() => Promise<void>> {
  const life = RENEWS_ITSELF.includes(name) ? 10 : 2
  backend.sessions.ttl = life
  await app.login('alice')
  // Some round up to whole seconds.
  const over = Date.now() + (life + 1) * 1000
  backend.sessions.ttl = 300
  return () => expect.poll(() => Date.now(), { timeout: 15_000 }).toBeGreaterThan(over)
}

const NAMES: readonly string[] = Object.keys(BACKENDS)
const isBackend = (name: string): name is BackendName => NAMES.includes(name)

// A server that is there itself needs no stand-in: see presets-real.spec.ts.
for (const name of NAMES.filter(isBackend).filter((backend) => !isFound(backend)))
  test.describe(name, () => {
    test.use({ name })

    test('across an expiry two tabs cost one token request, and three reloads no more', async ({
      context,
      backend,
    }) => {
      const first = await PresetTab.open(context, backend.url, name)
      const expiry = await logInForShort(first, backend, name)
      const second = await PresetTab.open(context, backend.url, name)
      await expiry()

      const users = await Promise.all([first.me(), second.me(), first.me(), second.me()])

      expect(users).toEqual(['alice', 'alice', 'alice', 'alice'])
      expect(backend.stats).toMatchObject({ tokenRequests: 1, reuse: 0, placeholders: [] })

      const third = await PresetTab.open(context, backend.url, name)
      backend.sessions.reset()
      if (!RENEWS_ITSELF.includes(name)) backend.sessions.expire()
      await Promise.all([first, second, third].map((app) => app.reload()))
      for (const app of [first, second, third]) expect(await app.me()).toBe('alice')
      expect(backend.stats.tokenRequests).toBeLessThanOrEqual(1)

      await first.hardReload()
      expect(await first.me()).toBe('alice')
      expect(await first.stored()).toContain('held-by-sw-token-broker-')
      expect(backend.stats).toMatchObject({ reuse: 0, placeholders: [] })
      expect(await first.logins()).toBe(0)
    })

    test('a session that the server ends is told once, and the app goes to its login', async ({
      context,
      backend,
    }) => {
      const app = await PresetTab.open(context, backend.url, name)
      await app.login('alice')
      const other = await PresetTab.open(context, backend.url, name)
      backend.sessions.revoke()

      expect(await app.me()).toBe(401)

      expect(await app.logins()).toBe(1)
      await expect.poll(() => other.lost()).toBe(1)
      expect(await app.lost()).toBe(1)
      expect(await app.stored()).not.toContain('held-by-sw-token-broker-')
      expect(backend.stats.placeholders).toEqual([])
    })

    test("after the app's own logout nobody is logged in, and the next user is only himself", async ({
      context,
      backend,
    }) => {
      const app = await PresetTab.open(context, backend.url, name)
      await app.login('alice')
      expect(await app.me()).toBe('alice')
      await app.logout()
      backend.sessions.reset()
      expect(await app.me()).toBe(401)
      expect(backend.stats.calls.valid).toBe(0)

      await app.login('alice')
      const other = await PresetTab.open(context, backend.url, name)
      await other.login('bob')
      expect(await Promise.all([app.me(), other.me(), app.me()])).toEqual(['bob', 'bob', 'bob'])
      expect(backend.stats).toMatchObject({ reuse: 0, placeholders: [] })
    })
  })

for (const name of ['directus', 'nestjs'] as const)
  test.describe(`${name}, which refuses a logout with an expired bearer`, () => {
    test.use({ name })

    test('learns of one although the access token has expired', async ({ context, backend }) => {
      const app = await PresetTab.open(context, backend.url, name)
      await app.login('alice')
      backend.sessions.expire()
      await app.logout()
      expect(backend.stats).toMatchObject({ logouts: 1, placeholders: [] })
      expect(await app.me()).toBe(401)
    })
  })

// What they all share, a session whose refresh token rotates, is seen with one that has it in the body, one that has it
// in a cookie, and one whose access token renews itself.
for (const name of ['simpleJwt', 'vben', 'pocketbase'] as const)
  test.describe(name, () => {
    test.use({ name })

    test('without the broker the same app sends a token twice, and its user is logged out', async ({
      context,
      backend,
    }) => {
      const first = await PresetTab.open(context, backend.url, name, 'no')
      const expiry = await logInForShort(first, backend, name)
      const second = await PresetTab.open(context, backend.url, name, 'no')
      if (RENEWS_ITSELF.includes(name)) {
        // Every load of every tab asks for a token.
        backend.sessions.reset()
        await Promise.all([first.reload(), second.reload()])
        expect(backend.stats.tokenRequests).toBe(2)
        return
      }
      await expiry()
      backend.together = 2

      await Promise.all([first.me(), second.me()])

      expect(backend.stats).toMatchObject({ tokenRequests: 2, reuse: 1 })
      expect((await first.logins()) + (await second.logins())).toBeGreaterThan(0)
      expect(await first.me()).toBe(401)
    })
  })
