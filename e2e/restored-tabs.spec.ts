import { PLACEHOLDER, seenByServer, StoredAppPage } from './stored-app.ts'
import { expect, test } from './test.ts'

const REFRESHES = 'refresh-at-load'

/** The claims that an app reads in its token. */
function claimsOf(token: unknown): Record<string, unknown> {
  const [, payload = ''] = String(token).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

test.describe('an app that refreshes at each load', () => {
  test('three tabs that a browser restores after the expiry send one token request', async ({
    context,
    server,
  }) => {
    const first = await StoredAppPage.open(context, server)
    const apps = [first, await StoredAppPage.open(context, server), await StoredAppPage.open(context, server)]
    await server.ttl(1)
    await first.login()
    // No page is left that would keep the session warm.
    for (const { page } of apps) await page.goto('about:blank')
    await server.ttl(300)
    const until = Date.now() + 1000
    await expect.poll(() => Date.now()).toBeGreaterThan(until)
    await server.reset()

    const answers = await Promise.all(apps.map((app) => app.visit(REFRESHES)))

    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toMatchObject({ user: { name: 'alice' } })
      const { token, refreshToken }: Record<string, unknown> = Object(body)
      expect(token).toMatch(PLACEHOLDER)
      expect(refreshToken).toMatch(PLACEHOLDER)
      expect(Number(claimsOf(token)['exp']) * 1000).toBeGreaterThan(Date.now())
    }
    expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  })

  test('tabs that come up one after the other get what the first one got', async ({ context, server }) => {
    const first = await StoredAppPage.open(context, server)
    await first.login()
    await server.reset()

    const answers = [await first.visit(REFRESHES)]
    for (let i = 0; i < 2; i++) {
      const next = new StoredAppPage(await context.newPage(), `${server.url}/stored-app.html`)
      answers.push(await next.visit(REFRESHES))
    }

    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, body: { user: { name: 'alice' } } })
    expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  })

  test('a page that asks again wants newer tokens', async ({ context, server }) => {
    const app = await StoredAppPage.open(context, server)
    await app.login()
    await app.visit(REFRESHES)
    const { refreshToken } = await app.tokens()

    expect(await app.refresh()).toMatchObject({ status: 200 })

    expect((await app.tokens()).refreshToken).not.toBe(refreshToken)
    expect(await seenByServer(server)).toMatchObject({ refreshes: 2, reuse: 0 })
  })
})

test('timers of three tabs that go off together send one token request', async ({ context, server }) => {
  const first = await StoredAppPage.open(context, server)
  await first.login()
  const apps = [first, await StoredAppPage.open(context, server), await StoredAppPage.open(context, server)]
  await server.reset()

  const answers = await Promise.all(apps.map((app) => app.refresh()))

  for (const answer of answers)
    expect(answer).toMatchObject({ status: 200, body: { user: { name: 'alice' } } })
  expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})
