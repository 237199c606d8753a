import { expect, test as base } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { startDemoServer, type DemoServer } from '../demo-server/server.ts'
import { enterName } from './oauth/test.ts'

const test = base.extend<{ server: DemoServer }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
  server: async ({}, use) => {
    const server = await onItsPorts()
    await use(server)
    await server.close()
  },
})

/** As `npm start` does it: the identity provider and the second API are on the ports after the demo's. */
async function onItsPorts(): Promise<DemoServer> {
  const staticDir = fileURLToPath(new URL('../demo-server/app/dist', import.meta.url))
  for (let tries = 20; ; tries--) {
    const port = 20_000 + 3 * Math.floor(Math.random() * 4000)
    try {
      const identityProvider = { port: port + 1, filesPort: port + 2 }
      return await startDemoServer({ port, staticDir, securityHeaders: true, identityProvider })
    } catch (error) {
      if (tries === 0) throw error
    }
  }
}

test('the demo logs in at its identity provider and out again, beside its own login', async ({
  page,
  server,
}) => {
  await page.goto(server.url)
  await expect(page.getByTestId('oauth-state')).toHaveText('Logged out')
  await page.getByTestId('oauth-login').click()
  await enterName(page)
  await page.waitForURL(`${server.url}/`)
  await expect(page.getByTestId('oauth-state')).toHaveText('Logged in as Alice')
  await page.getByTestId('oauth-fetch').click()
  await expect
    .poll(() => server.oauth?.api.calls.map(({ scheme, status }) => [scheme, status]))
    .toEqual([['DPoP', 200]])
  await page.getByTestId('oauth-files').click()
  await expect
    .poll(() => server.oauth?.files.calls.map(({ path, scheme, status }) => [path, scheme, status]))
    .toEqual([['/files', 'DPoP', 200]])
  await expect(page.locator('html')).not.toHaveAttribute('data-session', 'active')

  await page.getByTestId('oauth-logout').click()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.waitForURL(`${server.url}/`)
  await expect(page.getByTestId('oauth-state')).toHaveText('Logged out')
  expect(server.oauth?.provider.stats).toMatchObject({ logins: 1, revocations: 1, logouts: 1 })
})

test('the pages that a login passes through cannot be framed, opened into or cached', async ({
  request,
  server,
}) => {
  for (const path of ['login', 'callback', 'logout']) {
    const headers = (await request.get(`${server.url}/oauth/${path}`)).headers()
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
  }
})
