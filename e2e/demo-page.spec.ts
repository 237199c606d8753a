import type { Locator, Page } from '@playwright/test'
import { join } from 'node:path'
import { root } from '../demo-server/install-dependencies.mjs'
import { expect, test } from './test.ts'
import type { TestServer } from './test-server.ts'

test.use({ options: { staticDir: join(root, 'demo-server/app/dist'), securityHeaders: true } })

const ready = async (page: Page, server: TestServer): Promise<void> => {
  await page.goto(server.url)
  await expect(page.getByTestId('login-submit')).toBeEnabled()
}

/** The library's own panel, which the demo is built around. */
const panelOf = (page: Page): Locator => page.locator('token-broker-inspector')

/** Moves the focus by the Tab key alone, as who has no mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const isFocused = (): Promise<boolean> => target.evaluate((element) => element === document.activeElement)
  for (let presses = 0; presses < 80; presses++) {
    if (await isFocused()) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`80 presses of Tab do not reach ${String(target)}`)
}

test('everything can be done by keyboard: log in, call, expire, call again, log out', async ({
  page,
  server,
}) => {
  await ready(page, server)
  const press = async (id: string, key = 'Enter'): Promise<void> => {
    await tabTo(page, page.getByTestId(id))
    await page.keyboard.press(key)
  }

  await press('login-password')
  await expect(page.getByTestId('logout')).toBeVisible()
  await expect(page.getByTestId('session-state')).toContainText('alice')
  await press('fetch-one')
  await expect(page.getByTestId('main-with-token')).toHaveText('1')
  await press('expire-now', 'Space')
  await press('fetch-one', 'Space')
  await expect(page.getByTestId('main-refreshes')).toHaveText('1')
  await press('logout')
  await expect(page.getByTestId('logout')).toBeHidden()

  const { main } = await server.stats()
  expect(main).toMatchObject({ logins: 1, refreshes: 1, reuse: 0, logouts: 1, api: { ok: 2 } })
})

test('two tabs, one login, an expired token: 40 fetches and exactly one refresh', async ({
  page,
  context,
  server,
}) => {
  await ready(page, server)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('logout')).toBeVisible()
  const other = await context.newPage()
  await other.goto(server.url)
  await expect(other.getByTestId('logout')).toBeVisible()
  await Promise.all([page.waitForResponse('**/__demo/revoke'), page.getByTestId('expire-now').click()])

  await Promise.all([page.getByTestId('fetch-many').click(), other.getByTestId('fetch-many').click()])

  await expect.poll(async () => (await server.stats()).main.api.ok).toBe(40)
  expect((await server.stats()).main).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  await expect(page.getByTestId('main-refreshes')).toHaveText('1')
  await expect(other.getByTestId('main-refreshes')).toHaveText('1')
  // The panel in either tab tells of both.
  for (const tab of [page, other]) {
    await expect(panelOf(tab).getByRole('row', { name: /^\S+ refreshed generation 2/ })).toHaveCount(1)
    await expect(panelOf(tab).getByRole('row', { name: /^\S+ request GET \/api\/orders 200/ })).toHaveCount(
      40,
    )
  }
})

test('a session revoked on the server asks for a login in both tabs', async ({ page, context, server }) => {
  await ready(page, server)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('logout')).toBeVisible()
  const other = await context.newPage()
  await other.goto(server.url)
  await expect(other.getByTestId('logout')).toBeVisible()
  await Promise.all([page.waitForResponse('**/__demo/revoke'), page.getByTestId('end-session').click()])
  await page.getByTestId('fetch-one').click()

  for (const tab of [page, other])
    await expect(tab.getByRole('alert').filter({ hasText: 'Please log in' })).toBeVisible()
})

test('the axios app in it works across an expired token', async ({ page, server }) => {
  await ready(page, server)
  await page.getByTestId('classic-login-alice').click()
  await expect(page.getByTestId('classic-stored')).toContainText('held-by-sw-token-broker-')
  await server.revoke()
  await page.getByTestId('axios-many').click()

  await expect.poll(async () => (await server.stats()).classic.api.ok).toBe(20)
  expect((await server.stats()).classic).toMatchObject({ refreshes: 1, reuse: 0 })
  await expect(page.getByTestId('status')).toContainText('20 × axios /classic/api/orders: 20 × 200')
  // The panel has turned to the broker that was used, and turns back by hand.
  await expect(page.getByTestId('inspect-axios')).toBeChecked()
  await expect(
    panelOf(page)
      .getByRole('row', { name: /GET \/classic\/api\/orders/ })
      .first(),
  ).toBeVisible()
  await page.getByTestId('inspect-page').check({ force: true })
  await expect(panelOf(page).getByRole('row', { name: /\/classic\// })).toHaveCount(0)
})

test('stopping the worker keeps the session, and the panel shows the new one beside what the old one did', async ({
  page,
  server,
}) => {
  await ready(page, server)
  await page.getByTestId('login-submit').click()
  await page.getByTestId('fetch-one').click()
  await expect(page.getByTestId('worker-start')).toHaveText(/^Worker \w{6}$/)
  const requests = panelOf(page).getByRole('row', { name: /request GET \/api\/orders 200/ })
  await expect(requests).toHaveCount(1)
  const before = await page.getByTestId('worker-start').textContent()
  await page.getByTestId('stop-worker').click()
  await expect(page.getByTestId('worker-start')).not.toHaveText(before ?? '')
  await page.getByTestId('fetch-one').click()
  await expect(requests).toHaveCount(2)
  expect((await server.stats()).main).toMatchObject({ logins: 1, api: { ok: 2 } })
})

test('the image behind the login shows, and the event stream runs', async ({ page, server }) => {
  await ready(page, server)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('logout')).toBeVisible()
  await page.getByTestId('image-load').click()
  await expect
    .poll(() =>
      page.getByTestId('image').evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth),
    )
    .toBeGreaterThan(0)
  await page.getByTestId('events-toggle').click()
  await expect(page.getByTestId('events-output')).not.toBeEmpty()
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`at phone width nothing overflows (${colorScheme})`, async ({ page, server }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme })
    await ready(page, server)
    const { content, width } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      width: innerWidth,
    }))
    expect(content).toBeLessThanOrEqual(width)
  })
