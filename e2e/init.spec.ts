import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { CLIENT_ID } from '../demo-server/identity-provider.ts'
import { startDemoServer } from '../demo-server/server.ts'
import { consumer } from './consumer.ts'
import { enterName } from './oauth/test.ts'
import { cli, copyExample, Shop, test, useShop } from './examples/test.ts'
import { BackendServer } from './presets/backend-server.ts'
import { expect } from './test.ts'

const newFolder = (): string => mkdtempSync(join(consumer().folder, 'public-'))
const WORKER = 'sw-token-broker.js'

/** Makes a copied file one of another version, as an update of the package does. */
function age(folder: string, file: string): void {
  const path = join(folder, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(?<=sw-token-broker )\S+/, '0.0.1'))
}

/** What the command prints as it fails. */
function failure(...args: string[]): string {
  try {
    return `it did not fail: ${cli(...args)}`
  } catch (error) {
    return typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : ''
  }
}

test('without a bundler: init writes all that a page needs', async ({ page, serve }) => {
  const folder = copyExample('no-bundler')
  cli('init', folder)
  await useShop(page, await serve(folder))
})

test.describe('without a bundler, where workers are blocked', () => {
  test.use({ serviceWorkers: 'block' })

  test('the same file and its config run in the page', async ({ page, serve }) => {
    const folder = copyExample('no-bundler')
    cli('init', folder)
    const html = join(folder, 'index.html')
    const source = readFileSync(html, 'utf8')
    writeFileSync(
      html,
      source.replace("'/sw-token-broker.js')", "'/sw-token-broker.js', { fallback: 'page' })"),
    )
    const server = await serve(folder)
    const shop = new Shop(page)
    await shop.open(server.url)
    await shop.logIn()
    await shop.showOrders()
    await server.revoke()
    await page.reload()
    await expect(shop.status).toHaveText('active')
    await shop.showOrders()
    expect((await server.stats()).main).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
    await shop.logOut()
    expect(shop.errors).toEqual([])
  })
})

test('init --oauth: a login at an OpenID provider', async ({ page }) => {
  const folder = copyExample('no-bundler')
  cli('init', folder, '--oauth')
  const server = await startDemoServer({ staticDir: folder, identityProvider: { accessTokenTtl: 300 } })
  const config = join(folder, 'sw-token-broker.config.js')
  const settings = readFileSync(config, 'utf8')
    .replace('https://id.example.com', server.oauth?.provider.url ?? '')
    .replace("'spa'", `'${CLIENT_ID}'`)
    .replace("'/api/'", "'/oauth/api/'")
  writeFileSync(config, settings)

  const shop = new Shop(page)
  await shop.open(server.url)
  await page.goto(`${server.url}/auth/login?return_to=/`)
  await enterName(page)
  await page.waitForURL(`${server.url}/`)
  await expect(shop.status).toHaveText('active')
  expect(await page.evaluate(async () => (await fetch('/oauth/api/echo')).status)).toBe(200)
  await server.close()
})

test('init --preset: a config that only needs its server', async ({ page }) => {
  const folder = copyExample('no-bundler')
  cli('init', folder, '--preset', 'simpleJwt')
  const backend = await BackendServer.start('simpleJwt', folder)
  const shop = new Shop(page)
  await shop.open(backend.url)

  const answer = await page.evaluate(async () => {
    const login = { username: 'alice', password: 'secret' }
    const headers = { 'Content-Type': 'application/json' }
    const tokens = await fetch('/api/token/', { method: 'POST', headers, body: JSON.stringify(login) })
    return { tokens: await tokens.text(), me: await (await fetch('/api/me/')).json() }
  })

  expect(answer.tokens).toMatch(
    /"access":"[^"]*held-by-sw-token-broker-.*"refresh":"[^"]*held-by-sw-token-broker-/,
  )
  expect(answer.me).toEqual({ user: 'alice' })
  await backend.stop()
})

test('a worker with presets is updated to one with presets', () => {
  const folder = newFolder()
  cli('init', folder, '--preset', 'directus')
  const fresh = readFileSync(join(folder, WORKER), 'utf8')
  age(folder, WORKER)
  cli('init', folder)
  expect(readFileSync(join(folder, WORKER), 'utf8')).toBe(fresh)
  expect(cli('init', folder, '--check')).toBe('')
})

test('init tells what to add to the page and to the headers', () => {
  const folder = newFolder()
  const printed = cli('init', folder)
  expect(readdirSync(folder).sort()).toEqual([
    'sw-token-broker.client.js',
    'sw-token-broker.config.js',
    'sw-token-broker.js',
  ])
  for (const line of [`registerTokenBroker('/${WORKER}')`, 'Cache-Control: no-cache', "worker-src 'self'"])
    expect(printed).toContain(line)
})

test('the copied worker is one classic script without imports of modules', () => {
  const folder = newFolder()
  for (const flag of [[], ['--oauth'], ['--preset', 'directus']]) {
    rmSync(join(folder, WORKER), { force: true })
    cli('init', folder, ...flag)
    const code = readFileSync(join(folder, WORKER), 'utf8')
    expect(() => new Script(code)).not.toThrow()
    expect(code).not.toMatch(/\bimport\s*\(|process\.env|sourceMappingURL/)
    expect(code.startsWith('/*! sw-token-broker ')).toBe(true)
  }
})

test('init updates its own files and never the config', () => {
  const folder = newFolder()
  cli('init', folder, '--oauth')
  const fresh = readFileSync(join(folder, WORKER), 'utf8')
  writeFileSync(join(folder, 'sw-token-broker.config.js'), '// mine')
  age(folder, WORKER)
  expect(failure('init', folder, '--check')).toMatch(/is of version 0\.0\.1.*npx sw-token-broker init/)

  expect(cli('init', folder)).toContain(`updated  ${join(folder, WORKER)}`)

  expect(readFileSync(join(folder, WORKER), 'utf8')).toBe(fresh)
  expect(readFileSync(join(folder, 'sw-token-broker.config.js'), 'utf8')).toBe('// mine')
  expect(cli('init', folder, '--check')).toBe('')
})

test('a page module that an app with a bundler has deleted does not come back', () => {
  const folder = newFolder()
  cli('init', folder)
  rmSync(join(folder, 'sw-token-broker.client.js'))
  cli('init', folder)
  cli('init', folder, '--check')
  expect(readdirSync(folder)).not.toContain('sw-token-broker.client.js')
})

test('init overwrites nothing that it does not know', () => {
  const folder = newFolder()
  writeFileSync(join(folder, WORKER), '// of somebody else')
  expect(failure('init', folder)).toContain('was not written by')
  expect(readdirSync(folder)).toEqual([WORKER])

  rmSync(join(folder, WORKER))
  cli('init', folder)
  appendFileSync(join(folder, 'sw-token-broker.client.js'), '// patched\n')
  age(folder, WORKER)
  expect(failure('init', folder)).toContain('was changed')
  expect(readFileSync(join(folder, WORKER), 'utf8')).toContain('sw-token-broker 0.0.1 worker')
})

test('a command that it does not know ends with the usage', () => {
  expect(failure('inti', 'public')).toContain('Usage:')
  expect(failure('init')).toContain('Usage:')
  expect(failure('init', 'public', '--preset', 'keycloak')).toMatch(/Usage:.*simpleJwt, directus/s)
  expect(failure('init', 'public', '--preset', 'directus', '--oauth')).toContain('Usage:')
})

test('a page in development is told of a worker file that an update has left behind', async ({
  page,
  serve,
}) => {
  const folder = copyExample('no-bundler')
  cli('init', folder)
  const { url } = await serve(folder)
  const warnings: string[] = []
  page.on('console', (message) => void (message.type() === 'warning' && warnings.push(message.text())))
  await page.goto(url)
  await expect(page.getByRole('status')).toHaveText('anonymous')

  age(folder, WORKER)
  await page.reload()
  await expect.poll(() => warnings).toEqual([expect.stringMatching(/is of version 0\.0\.1.*init/)])
})

test('without its config file the worker does not install, and the page is told', async ({ page, serve }) => {
  const folder = copyExample('no-bundler')
  cli('init', folder)
  rmSync(join(folder, 'sw-token-broker.config.js'))
  const { url } = await serve(folder)
  const failing = page.waitForEvent('pageerror')
  await page.goto(url)
  expect((await failing).message).toContain('failed to install')
})

test('a worker that imports it and creates its broker itself needs no config file', async ({
  page,
  serve,
}) => {
  const folder = copyExample('own-listener')
  cli('init', folder)
  rmSync(join(folder, 'sw-token-broker.config.js'))
  await useShop(page, await serve(folder))
})
