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

/** Serves another worker script in the place of the former one, as a deployment does. */
function deploy(worker: string, site: string): void {
  const script = join(site, 'sw.js')
  cpSync(join(consumer().site, worker), script)
  utimesSync(script, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
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

for (const [way, leave] of [
  ['one line in a page', (tab) => tab.page.evaluate(() => window.harness.uninstall())],
  [
    'the kill worker',
    async (tab, site) => {
      deploy('kill-worker.js', site)
      await tab.page.evaluate(async () => void (await navigator.serviceWorker.ready).update())
    },
  ],
] satisfies [string, (tab: Tab, site: string) => Promise<void>][])
  test(`${way} takes away the page and the worker of the version before`, async ({
    page,
    context,
    serve,
  }) => {
    const site = await former('page', 'worker')
    const server = await serve(site)
    const tab = new Tab(page)
    await tab.goto(server.url)
    await tab.login()
    const other = await Tab.open(context, server.url)
    expect((await other.call('/api/echo')).body).toMatchObject({ user: 'alice' })

    await leave(tab, site)

    await expect
      .poll(() =>
        tab.page.evaluate(async () => [
          (await indexedDB.databases()).length,
          (await navigator.serviceWorker.getRegistrations()).length,
        ]),
      )
      .toEqual([0, 0])
    for (const each of [tab, other]) {
      const path = `/api/echo?${each === tab ? 'tab' : 'other'}`
      await each.call(path)
      expect(await server.seen(path)).toMatchObject([{ token: 'none' }])
    }
    // What comes after this load is plain; and the line stays in for some time, as a former worker asks its empty store.
    await tab.page.goto(`${server.url}/plain.html`)
    await other.page.close()
    await tab.page.addScriptTag({ url: '/uninstall-only.js', type: 'module' })
    await expect.poll(() => tab.page.evaluate(() => window.uninstalled)).toBe(true)
    const { token, rest } = await tab.page.evaluate(async () => {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ username: 'bob', password: 'bob' })
      const login = await fetch('/auth/login', { method: 'POST', headers, body })
      return { token: await login.text(), rest: (await indexedDB.databases()).length }
    })
    expect(token).toContain('access_token')
    expect(token).not.toContain('held-by-sw-token-broker')
    expect(rest).toBe(0)
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

  deploy('sw.js', site)
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
