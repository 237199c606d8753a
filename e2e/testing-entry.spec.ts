import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Testing from 'sw-token-broker/testing'
import { consumer } from './consumer.ts'
import { expect, test } from './test.ts'
import { Tab } from './tab.ts'

/** As an app has it that has installed the package. */
function installed(): Promise<typeof Testing> {
  const entry = join(consumer().folder, 'node_modules/sw-token-broker/dist/client/testing/index.js')
  return import(pathToFileURL(entry).href)
}

test('a test begins logged in, and the calls carry its token', async ({ page, server }) => {
  const { setSession } = await installed()
  await setSession(page, 'logged-in', { url: server.url, subject: 'carol', accessToken: 'carols-token' })

  const tab = new Tab(page)
  await tab.goto(server.url)
  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'carol' })
  const [request] = await Promise.all([
    page
      .context()
      .waitForEvent('request', (sent) => sent.url().includes('/api/public') && !!sent.serviceWorker()),
    tab.call('/api/public'),
  ])
  expect(await request.headerValue('authorization')).toBe('Bearer carols-token')
})

test('a token that is about to expire is refreshed at once, with the refresh token of the test', async ({
  context,
  server,
}) => {
  const { setSession } = await installed()
  await server.fault({ target: 'refresh', status: 503, times: 5 })
  await setSession(context, 'about-to-expire', { url: server.url })
  const tab = await Tab.open(context, server.url)
  await expect.poll(async () => (await server.stats()).main.refreshAttempts).toBeGreaterThan(0)
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('a lost session, before the app is opened and while it runs', async ({ page, server }) => {
  const { setSession } = await installed()
  await setSession(page, 'lost', { url: server.url })
  const tab = new Tab(page)
  await tab.goto(server.url)
  expect(await tab.session()).toEqual({
    status: 'login-required',
    reason: 'invalid_grant',
    subject: 'test-user',
  })

  await setSession(page, 'anonymous')
  await expect.poll(() => tab.session()).toEqual({ status: 'anonymous' })
})
