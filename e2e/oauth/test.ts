import { expect, type Page } from '@playwright/test'
import { testWith } from '../fixtures.ts'
import type { Tab } from '../tab.ts'
import { OAuthServer, type OAuthServerOptions } from './server.ts'

export { expect }

/** Each with an identity provider, too. */
export const test = testWith((options: OAuthServerOptions) => OAuthServer.start(options), {})

/** At the identity provider's own page. */
export async function enterName(page: Page, user = 'alice'): Promise<void> {
  await page.getByLabel('Name').fill(user)
  await page.getByLabel('Password').fill(user)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** The whole login, by a plain link; the tab is at `/orders` afterwards. */
export async function logIn(tab: Tab, server: OAuthServer, user = 'alice'): Promise<void> {
  await tab.page.goto(`${server.url}/auth/login?return_to=/orders`)
  // A session at the provider needs no name.
  if (!tab.page.url().startsWith(server.url)) await enterName(tab.page, user)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.ready()
}

/** Leaves a session whose access token has expired, and no page that would have kept it warm. */
export async function expireSession(tab: Tab, server: OAuthServer): Promise<void> {
  const { settings, stats } = server.provider
  settings.accessTokenTtl = 2
  await logIn(tab, server)
  const { expiresAt } = await tab.session()
  if (expiresAt === undefined) throw new Error('The session does not say when it expires')
  await tab.page.goto('about:blank')
  settings.accessTokenTtl = 300
  await expect.poll(() => Date.now()).toBeGreaterThan(expiresAt)
  if (stats.refreshes > 0) throw new Error('The page has refreshed before it left')
}

/** The addresses that the back button of a tab leads to, and the present one. */
export async function history(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page)
  const { entries } = await devtools.send('Page.getNavigationHistory')
  await devtools.detach()
  return entries.map(({ url }) => url)
}
