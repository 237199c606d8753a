import { expect, logIn, test } from './oauth/test.ts'
import { everythingStored } from './stored.ts'
import { killWorker } from './worker.ts'

test('a logout clears the store, revokes the refresh token and ends the session at the provider', async ({
  tab,
  openTab,
  server,
}) => {
  await logIn(tab, server)
  const other = await openTab()
  await tab.logout()
  await tab.page.getByRole('button', { name: 'Log out' }).click()
  await tab.page.waitForURL(`${server.url}/`)
  await tab.ready()

  expect(server.provider.stats).toMatchObject({ revocations: 1, logouts: 1, errors: [] })
  expect(await tab.session()).toEqual({ status: 'anonymous' })
  await expect
    .poll(() => other.events('session-changed'))
    .toMatchObject([{ session: { status: 'anonymous' } }])
  expect((await other.call('/oauth/api/echo')).status).toBe(401)
  expect(JSON.stringify(await everythingStored(other.page))).not.toMatch(/accessToken|refreshToken|idToken/)
  // The provider asks for the name again.
  await tab.page.click('#login')
  await expect(tab.page.getByLabel('Name')).toBeVisible()
})

test('a plain link to the logout path does the same', async ({ tab, server }) => {
  await logIn(tab, server)
  await tab.page.click('#logout')
  await tab.page.getByRole('button', { name: 'Log out' }).click()
  await tab.page.waitForURL(`${server.url}/`)

  expect(server.provider.stats).toMatchObject({ revocations: 1, logouts: 1 })
})

test('a logout without a session goes to the start page', async ({ tab, server }) => {
  await tab.page.goto(`${server.url}/auth/logout`)
  await tab.page.waitForURL(`${server.url}/`)
  expect(server.provider.stats).toMatchObject({ revocations: 0, logouts: 0 })
})

test('a logout is one here even when the provider cannot be reached', async ({ tab, openTab, server }) => {
  await logIn(tab, server)
  const other = await openTab()
  // A worker that starts anew does not know the provider yet.
  await killWorker(tab.page)
  for (const endpoint of ['discovery', 'revocation'] as const)
    server.provider.faults.set(endpoint, { drop: 'before' })
  await tab.page.goto(`${server.url}/auth/logout`)

  await expect.poll(() => other.session()).toEqual({ status: 'anonymous' })
  await tab.page.waitForURL(`${server.url}/`)
})
