import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../demo-server/install-dependencies.mjs'
import { expect, test as base } from './test.ts'

/** An API on another origin, whose answers have these headers. */
interface Elsewhere {
  url: string
  headers: Record<string, string>
}

const test = base.extend<{ elsewhere: Elsewhere; warnings: string[] }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
  elsewhere: async ({}, use) => {
    const elsewhere: Elsewhere = { url: '', headers: { 'Access-Control-Allow-Origin': '*' } }
    const server = createServer((_, response) => response.writeHead(200, elsewhere.headers).end('{}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('The API has no port')
    elsewhere.url = `http://127.0.0.1:${address.port}/`
    await use(elsewhere)
    server.closeAllConnections()
    server.close()
  },
  // Before the tab opens its page.
  warnings: async ({ page }, use) => {
    await use(warningsOf(page))
  },
})

/** What the console of a page warns of. */
function warningsOf(page: Page): string[] {
  const warnings: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'warning' && message.text().startsWith('sw-token-broker'))
      warnings.push(message.text())
  })
  return warnings
}

/** The message sends its reader to a chapter of the docs that is there. */
function expectHelp(message: unknown, code: string): void {
  expect(message).toEqual(expect.stringContaining(`docs/errors.md#${code}`))
  expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toContain(`\n### \`${code}\`\n`)
}

test('an API without a CORS header for Authorization is named, once', async ({ openTab, elsewhere }) => {
  const tab = await openTab(`/?worker=${encodeURIComponent(`/sw-elsewhere.js?api=${elsewhere.url}`)}`)
  const warnings = warningsOf(tab.page)
  // Without a token it works, which is what puzzles people.
  expect((await tab.call(`${elsewhere.url}public`)).status).toBe(200)
  expect(await tab.events('broker-error')).toEqual([])

  await tab.login()
  expect((await tab.call(`${elsewhere.url}mine`)).status).toBe(0)
  await expect.poll(() => tab.events('broker-error')).toMatchObject([{ code: 'cross-origin-call-failed' }])
  const [{ message } = { message: undefined }] = await tab.events('broker-error')
  expect(message).toEqual(expect.stringContaining(new URL(elsewhere.url).origin))
  expect(message).toEqual(expect.stringContaining('Access-Control-Allow-Headers'))
  expectHelp(message, 'cross-origin-call-failed')
  expect(warnings).toEqual([`sw-token-broker: ${String(message)}`])

  expect((await tab.call(`${elsewhere.url}again`)).status).toBe(0)
  elsewhere.headers['Access-Control-Allow-Headers'] = 'authorization'
  expect((await tab.call(`${elsewhere.url}mended`)).status).toBe(200)
  expect(await tab.events('broker-error')).toHaveLength(1)
})

test('a login answer whose token has another name lists the names that it has, and no value', async ({
  warnings,
  tab,
  server,
}) => {
  const body = JSON.stringify({ token: 'the-secret-token', user: { name: 'alice' } })
  await server.fault({ target: 'login', status: 200, body, contentType: 'application/json', times: 2 })
  expect((await tab.login()).status).toBe(200)
  await expect.poll(() => tab.events('broker-error')).toMatchObject([{ code: 'no-access-token' }])
  const [{ message } = { message: undefined }] = await tab.events('broker-error')
  expect(message).toMatch(/token\b.*\buser\b/)
  expect(message).not.toContain('secret')
  expectHelp(message, 'no-access-token')

  // The console is told once, and the events each time.
  await tab.login()
  await expect.poll(() => tab.events('broker-error')).toHaveLength(2)
  await tab.call('/api/echo')
  expect(warnings).toEqual([`sw-token-broker: ${String(message)}`])
})

test("a page outside of the worker's scope is told where the worker should be", async ({ page, server }) => {
  await page.goto(`${server.url}/plain.html`)
  await page.addScriptTag({ url: '/warned.js', type: 'module' })
  const error = await page.evaluate(() => window.rejected)
  expect(error).toMatchObject({ code: 'registration-failed' })
  expect(error.message).toMatch(/outside the worker's scope .*\/deep\//)
  expect(error.message).toContain('Service-Worker-Allowed')
  expectHelp(error.message, 'registration-failed')
})
