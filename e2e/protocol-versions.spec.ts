import { cpSync, mkdtempSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../demo-server/install-dependencies.mjs'
import { consumer } from './consumer.ts'
import { test } from './examples/test.ts'
import { Tab } from './tab.ts'
import { expect, ONE_REFRESH, refreshCounts } from './test.ts'

/** Parts of the test app, bundled with the library as it was before: see `npm run previous`. */
async function former(...parts: ('page' | 'worker')[]): Promise<string> {
  const site = mkdtempSync(join(consumer().folder, 'versions-'))
  cpSync(consumer().site, site, { recursive: true })
  await build({
    entryPoints: parts.map((part) =>
      join(consumer().folder, 'e2e/app', part === 'page' ? 'harness.ts' : 'sw.ts'),
    ),
    outdir: site,
    bundle: true,
    format: 'esm',
    define: { VERSION: '"former"' },
    alias: {
      'sw-token-broker/client': join(root, 'e2e/previous/client.js'),
      'sw-token-broker/sw': join(root, 'e2e/previous/sw.js'),
    },
  })
  return site
}

for (const [title, parts] of [
  ['a page of the version before, and the new worker', ['page']],
  ['a new page, and the worker of the version before', ['worker']],
] as const)
  test(`${title}: login, calls, refresh, loss and logout`, async ({ page, serve }) => {
    const server = await serve(await former(...parts))
    const tab = new Tab(page)
    await tab.goto(server.url)
    expect(await tab.session()).toEqual({ status: 'anonymous' })

    await tab.login()
    await expect.poll(async () => (await tab.events('session-changed')).length).toBe(1)
    expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
    await server.revoke()
    await server.reset()
    expect((await tab.calls(['/api/echo?a', '/api/echo?b'])).map(({ status }) => status)).toEqual([200, 200])
    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)

    await server.revoke({ refresh: true })
    expect((await tab.call('/api/echo')).status).toBe(401)
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
    expect(await tab.session()).toMatchObject({ status: 'login-required' })

    await tab.login()
    await tab.logout()
    expect(await tab.session()).toEqual({ status: 'anonymous' })
  })

test('an open page of the version before keeps its session while the new worker takes over', async ({
  page,
  serve,
}) => {
  const site = await former('page', 'worker')
  const server = await serve(site)
  const tab = new Tab(page)
  await tab.goto(server.url)
  await tab.login()
  expect(await tab.version()).toBe('former')

  const script = join(site, 'sw.js')
  cpSync(join(consumer().site, 'sw.js'), script)
  utimesSync(script, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
  await expect
    .poll(async () => {
      // Not awaited: the browser joins a request for an update to a check that is already under way.
      await tab.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        void registration.update().catch(() => undefined)
      })
      return tab.version()
    })
    .toBe('1')

  expect(await tab.session()).toMatchObject({ status: 'active' })
  await server.revoke()
  await server.reset()
  expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})
