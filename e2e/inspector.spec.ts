import { join } from 'node:path'
import { root } from '../demo-server/install-dependencies.mjs'
import { expect, finish, startPost, test } from './test.ts'
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
  await expect(timeline.getByText('↳ replayed')).toHaveCount(2)
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
  await expect(panel.getByRole('status')).toHaveText(/^session lost/)
  await timeline.focus()
  await expect(timeline).toBeFocused()
})

test('a failing refresh shows with its code, when it was and in the timeline', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()
  await server.fault({ target: 'refresh', status: 503, body: 'out of order', contentType: 'text/plain' })
  await tab.page.evaluate(() => window.harness.inspect())
  expect((await tab.call('/api/echo')).status).toBe(503)

  const panel = tab.page.locator('token-broker-inspector')
  await expect(
    panel.getByRole('definition').filter({ hasText: /^refresh-unavailable, \d+ s ago$/ }),
  ).toBeVisible()
  await expect(panel.getByRole('row', { name: /refresh failed .*refresh-unavailable/ })).toBeVisible()
})

test('a held request is seen to wait, to be released by the login, and to be replayed', async ({
  openTab,
  server,
}) => {
  const tab = await openTab(`/?worker=${encodeURIComponent('/sw-hold.js?hold=300')}`)
  await tab.login()
  await server.revoke({ refresh: true })
  await tab.page.evaluate(() => window.harness.inspect())
  await startPost(tab.page, 'form', '/api/echo', 'json')

  const panel = tab.page.locator('token-broker-inspector')
  await expect(panel.getByRole('row', { name: /↳ held POST \/api\/echo until a login/ })).toBeVisible()
  await expect(panel.getByRole('row', { name: /request POST \/api\/echo held/ })).toBeVisible()
  await expect(panel.getByRole('status')).toHaveText('held · POST /api/echo · until a login')

  await tab.login()
  expect(await finish(tab.page, 'form')).toMatchObject({ status: 200 })
  await expect(panel.getByRole('row', { name: /↳ released POST \/api\/echo after \d+ m?s/ })).toBeVisible()
  await expect(panel.getByRole('row', { name: /↳ replayed POST \/api\/echo 200/ })).toBeVisible()
  await expect(panel.getByRole('row', { name: /request POST \/api\/echo 200/ })).toBeVisible()
})

test('a request that needs a stronger login says so while it is held', async ({ openTab, server }) => {
  const tab = await openTab(`/?worker=${encodeURIComponent('/sw-hold.js?hold=300')}`)
  await tab.login()
  await server.fault({
    target: 'api',
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer error="insufficient_user_authentication", max_age="5"' },
    times: 1,
  })
  await tab.page.evaluate(() => window.harness.inspect())
  await startPost(tab.page, 'form', '/api/echo', 'json')
  const panel = tab.page.locator('token-broker-inspector')
  await expect(panel.getByRole('row', { name: /↳ held POST \/api\/echo until a step-up/ })).toBeVisible()
  await expect(panel.getByRole('row', { name: /told the pages step-up-required/ })).toBeVisible()
  await tab.login()
  expect(await finish(tab.page, 'form')).toMatchObject({ status: 200 })
})

test('a screen reader finds a named region, a heading, named cells, and what is new', async ({
  tab,
  server,
}) => {
  await happen(tab, server)
  const panel = tab.page.locator('token-broker-inspector')
  await expect(panel.getByText('refreshed', { exact: true })).toBeVisible()

  // As the browser tells it to assistive technology.
  const devtools = await tab.page.context().newCDPSession(tab.page)
  const { nodes } = await devtools.send('Accessibility.getFullAXTree')
  const named = (role: string): unknown[] =>
    nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => name?.value)
  expect(named('region')).toEqual(['Token broker', 'Timeline, newest first'])
  expect(named('heading')).toEqual(['Token broker'])
  expect(named('table')).toEqual(['Timeline, newest first'])
  expect(named('columnheader')).toEqual(['Time', 'What', 'Of', 'Result', 'Where'])
  expect(named('term')).toHaveLength(named('definition').length)
  expect(named('row').length).toBeGreaterThan(5)
  const live = nodes.find((node) => node.role?.value === 'status')
  expect(live?.properties).toContainEqual({ name: 'live', value: { type: 'token', value: 'polite' } })

  // By the keyboard alone: one stop, which scrolls.
  await tab.page.evaluate(() => document.body.focus())
  await tab.page.keyboard.press('Tab')
  await expect(panel.getByRole('region', { name: 'Timeline' })).toBeFocused()
})

test('lines that stay are left alone, so that a reader keeps the place', async ({ tab, server }) => {
  await happen(tab, server)
  const row = tab.page.locator('token-broker-inspector').getByRole('row', { name: /refreshed generation 2/ })
  const before = await row.elementHandle()
  await tab.call('/api/echo?later')
  await expect(
    tab.page.locator('token-broker-inspector').getByRole('row', { name: /GET \/api\/echo 200/ }),
  ).toHaveCount(6)
  expect(await row.evaluate((now, then) => now === then, before)).toBe(true)
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
