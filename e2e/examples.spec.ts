import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import { root } from '../demo-server/install-dependencies.mjs'
import { cli, copyExample, registrations, Shop, test, useShop } from './examples/test.ts'
import { expect } from './test.ts'

// Each builds an app first.
test.describe.configure({ timeout: 120_000 })

async function vitePwa(): Promise<string> {
  const folder = copyExample('vite-pwa')
  await vite({ root: folder, logLevel: 'error' })
  return join(folder, 'dist')
}

function generated(): string {
  const folder = copyExample('generate-sw')
  cli('init', folder)
  execFileSync(process.execPath, ['build.mjs'], { cwd: folder })
  return folder
}

async function ownRouter(): Promise<string> {
  const folder = copyExample('own-router')
  await esbuild({
    entryPoints: [join(folder, 'main.js'), join(folder, 'sw.js')],
    outdir: folder,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return folder
}

function ownListener(): string {
  const folder = copyExample('own-listener')
  cli('init', folder)
  writeFileSync(join(folder, 'sw-token-broker.config.js'), '// sw.js creates the broker itself')
  return folder
}

function angular(): string {
  const folder = copyExample('angular')
  cli('init', folder)
  const ngsw = join(root, 'node_modules/@angular/service-worker')
  cpSync(join(ngsw, 'ngsw-worker.js'), join(folder, 'ngsw-worker.js'))
  execFileSync(process.execPath, [join(ngsw, 'ngsw-config.js'), '.', 'ngsw-config.json'], { cwd: folder })
  return folder
}

const PAGE = /^\/(index\.html)?$/

/** What there is in all caches. */
function cached(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const urls: string[] = []
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname)
    return urls
  })
}

const cachedAnswers = async (page: Page): Promise<string[]> =>
  (await cached(page)).filter((path) => path.startsWith('/api/'))

for (const [way, build] of Object.entries({ vitePwa, generated, ownRouter, ownListener, angular }))
  test(`${way}: an app logs in, calls, refreshes and logs out beside its own worker code`, async ({
    page,
    serve,
  }) => {
    const server = await serve(await build())
    await useShop(page, server)

    // What the app's own part is for goes on as before.
    if (way === 'ownListener')
      expect(await page.evaluate(async () => (await fetch('/motto')).text())).toBe('Coffee first')
    else await expect.poll(async () => (await cached(page)).some((path) => PAGE.test(path))).toBe(true)
    await expect.poll(() => cachedAnswers(page)).toEqual([])
  })

test("no route of the app's gets at an answer by accident, and what it keeps goes with its user", async ({
  page,
  serve,
}) => {
  const server = await serve(await vitePwa())
  const shop = new Shop(page)
  await shop.open(server.url)
  await shop.logIn()
  await shop.showOrders()
  await page.evaluate(async () => {
    const image = Object.assign(new Image(), { src: '/api/image.png' })
    await image.decode()
    await (await caches.open('by-hand')).put('/api/echo?private', await fetch('/api/echo'))
    await (await caches.open('by-hand')).put('/elsewhere', new Response('of nobody'))
  })
  await expect.poll(async () => (await cachedAnswers(page)).sort()).toEqual(['/api/echo', '/api/orders'])

  await server.fault({ target: 'api', drop: 'before', times: 10 })
  await shop.showOrders()
  await server.clearFault('api')

  await shop.logIn('bob')
  await expect.poll(() => cachedAnswers(page)).toEqual([])
  expect(await cached(page)).toContain('/elsewhere')

  await shop.showOrders()
  await expect.poll(() => cachedAnswers(page)).toEqual(['/api/orders'])
  await shop.logOut()
  await expect.poll(() => cachedAnswers(page)).toEqual([])
  expect(await cached(page)).toEqual(expect.arrayContaining(['/elsewhere', '/index.html']))
})

test('a worker that the app has registered already, as a module, is not registered anew', async ({
  page,
  serve,
}) => {
  const folder = await ownRouter()
  // It does not run as a classic script; that is what `register('/module.js')` would make of it.
  writeFileSync(join(folder, 'module.js'), `import './sw.js'`)
  const main = readFileSync(join(folder, 'main.js'), 'utf8').replace('"/sw.js"', '"/module.js"')
  writeFileSync(
    join(folder, 'main.js'),
    `await navigator.serviceWorker.register('/module.js', { type: 'module' })\n${main}`,
  )
  const server = await serve(folder)
  await useShop(page, server)
  expect(await registrations(page)).toEqual([`${server.url}/module.js`])
})

test('beside virtual:pwa-register: one registration, and a new version reloads nothing and loses nothing', async ({
  page,
  serve,
}) => {
  const site = await vitePwa()
  const server = await serve(site)
  const shop = new Shop(page)
  let loads = 0
  page.on('load', () => loads++)
  await shop.open(server.url)
  await shop.logIn()
  await page.getByLabel('Note').fill('half a sentence')
  await server.fault({ target: 'api', hold: true })
  await page.getByRole('button', { name: 'Show orders' }).click()
  await expect.poll(async () => (await server.stats()).main.api.total).toBe(1)

  const first = await page.evaluateHandle(() => navigator.serviceWorker.controller)
  const file = join(site, 'sw.js')
  appendFileSync(file, '\n// the next version\n')
  utimesSync(file, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
  const waiting = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      void registration.update().catch(() => undefined)
      return registration.waiting?.state
    })
  await expect.poll(waiting).toBe('installed')
  await server.clearFault('api')
  await server.release()

  await expect(shop.orders).toHaveCount(3)
  await expect
    .poll(() => page.evaluate((old) => navigator.serviceWorker.controller !== old, first))
    .toBe(true)
  await shop.showOrders()
  await expect(shop.status).toHaveText('active')
  expect(await page.getByLabel('Note').inputValue()).toBe('half a sentence')
  expect(await registrations(page)).toEqual([`${server.url}/sw.js`])
  expect(loads).toBe(1)
  expect(shop.errors).toEqual([])
})
