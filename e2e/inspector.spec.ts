import { join } from 'node:path'
import { root } from '../demo-server/install-dependencies.mjs'
import { expect, test } from './test.ts'
import { everythingStored, secretOf } from './stored.ts'
import type { Tab } from './tab.ts'
import type { TestServer } from './test-server.ts'

/** A login, a refresh with its replays, and the panel. */
async function happen(tab: Tab, server: TestServer): Promise<void> {
  await tab.login()
  await tab.call('/api/echo?secret=of-the-query')
  await server.revoke()
  await tab.calls(['/api/orders', '/api/echo'])
  await tab.page.evaluate(() => window.harness.inspect())
}

test('the panel says what has happened, and never a token', async ({ tab, server }) => {
  await happen(tab, server)
  const panel = tab.page.locator('token-broker-inspector')

  const timeline = panel.getByRole('region', { name: 'Timeline' })
  for (const text of [
    'login',
    'refresh begins',
    'refreshed',
    'generation 2',
    '↳ replayed',
    'GET /api/orders',
  ])
    await expect(timeline.getByText(text, { exact: true }).first()).toBeVisible()
  await expect(panel.getByText('active', { exact: true })).toBeVisible()
  await expect(panel.getByText('alice', { exact: true })).toBeVisible()
  await expect(panel.getByText(/^in \d+ s$/).first()).toBeVisible()

  // Other tabs' doings come without a reload of the panel.
  await server.revoke({ refresh: true })
  await tab.call('/api/echo')
  await expect(timeline.getByText('session lost')).toBeVisible()
  await expect(panel.getByText('login-required (invalid_grant)')).toBeVisible()
  await timeline.focus()
  await expect(timeline).toBeFocused()
})

test('inspect() gives generations and addresses, and no secret', async ({ tab, server }) => {
  await happen(tab, server)
  const inspection = await tab.page.evaluate(() => window.harness.inspection())
  const { timeline } = inspection

  expect(inspection).toMatchObject({
    session: { status: 'active', subject: 'alice' },
    generation: 2,
    sessionHash: expect.stringMatching(/^[0-9a-f]{6}$/),
  })
  expect(timeline).toContainEqual(expect.objectContaining({ type: 'refreshed', generation: 2 }))
  const sent = timeline.filter(({ type, what }) => type === 'send' && what === 'GET /api/orders')
  expect(sent.map(({ status }) => status)).toHaveLength(2)
  const text = JSON.stringify(inspection)
  expect(text).not.toContain('of-the-query')
  const tokens = JSON.stringify(await everythingStored(tab.page)).matchAll(
    /"(?:access|refresh)Token":"([^"]+)"/g,
  )
  for (const [, token = ''] of tokens) expect(text).not.toContain(secretOf(token))
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`the panel fits a phone (${colorScheme})`, async ({ tab, server }) => {
    await tab.page.emulateMedia({ colorScheme })
    await tab.page.setViewportSize({ width: 900, height: 700 })
    await happen(tab, server)
    const panel = tab.page.locator('token-broker-inspector')
    await expect(panel.getByText('refreshed', { exact: true })).toBeVisible()
    // `npm run screenshots`
    if (process.env.SCREENSHOTS)
      await panel.screenshot({ path: join(root, `docs/inspector-${colorScheme}.png`) })
    await tab.page.setViewportSize({ width: 360, height: 700 })
    const { content, width } = await panel.evaluate((element) => ({
      content: element.scrollWidth,
      width: element.clientWidth,
    }))
    expect(content).toBeLessThanOrEqual(width)
  })
