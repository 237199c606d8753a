import type { BrowserContext, Page } from '@playwright/test'
import { expect, test } from './test.ts'
import type { TestServer } from './test-server.ts'

const stored = (page: Page): Promise<string[]> =>
  page.evaluate(() => ['token', 'refreshToken'].map((key) => localStorage.getItem(key) ?? ''))

const get = (page: Page, path: string) => page.evaluate((to) => window.app.get(to), path)

const getAll = (page: Page, paths: string[]) =>
  page.evaluate((all) => Promise.all(all.map((path) => window.app.get(path))), paths)

const loginsShown = (page: Page): Promise<number> => page.evaluate(() => window.app.loginsShown)

const login = (page: Page, user = 'alice'): Promise<void> =>
  page.evaluate((name) => window.app.login(name), user)

/** The page's own POST to the refresh endpoint, with this token. */
const refresh = (page: Page, token: string) =>
  page.evaluate(async (value) => {
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ token: value })
    const response = await fetch('/classic/auth/refresh', { method: 'POST', headers, body })
    return { status: response.status, body: await response.text() }
  }, token)

async function openApp(context: BrowserContext, server: TestServer): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.url}/classic.html`)
  await page.evaluate(() => window.rollOut())
  return page
}

const PLACEHOLDER = /held-by-sw-token-broker-/
const paths = Array.from({ length: 10 }, (_, index) => `/echo?${index}`)

test('the app logs in, calls and keeps working after a revocation, and never holds a token', async ({
  context,
  server,
}) => {
  const page = await openApp(context, server)
  await login(page)
  for (const token of await stored(page)) expect(token).toMatch(PLACEHOLDER)
  expect((await get(page, '/echo')).data).toMatchObject({ user: 'alice', authorization: 'valid' })
  await server.revoke()

  const answers = await getAll(page, paths)

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const { classic } = await server.stats()
  expect(classic).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  expect(await loginsShown(page)).toBe(0)
})

test('what the app reads in its token is still there', async ({ context, server }) => {
  const page = await openApp(context, server)
  await login(page)
  const [token = ''] = await stored(page)
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({ name: expect.any(String), exp: expect.any(Number) })
})

test('two tabs of the app share one refresh', async ({ context, server }) => {
  const first = await openApp(context, server)
  const second = await openApp(context, server)
  await login(first)
  await server.revoke()

  const answers = (await Promise.all([getAll(first, paths), getAll(second, paths)])).flat()

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await server.stats()).classic).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})

test("the app's own refresh is the shared one, and an outdated placeholder needs none", async ({
  context,
  server,
}) => {
  const page = await openApp(context, server)
  await login(page)
  const [, refreshToken = ''] = await stored(page)

  const answers = await Promise.all([
    refresh(page, refreshToken),
    refresh(page, refreshToken),
    refresh(page, refreshToken),
  ])
  const late = await refresh(page, refreshToken)

  for (const { status, body } of [...answers, late]) {
    expect(status).toBe(200)
    const { token, refreshToken: next }: Record<string, string> = JSON.parse(body)
    expect(token).toMatch(PLACEHOLDER)
    expect(next).toMatch(PLACEHOLDER)
    expect(next).not.toBe(refreshToken)
  }
  expect((await server.stats()).classic).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
})

test('a logout that only clears storage is one: later calls are anonymous', async ({ context, server }) => {
  const page = await openApp(context, server)
  await login(page)
  await page.evaluate(() => window.app.logout())
  await server.reset()

  expect((await get(page, '/public')).data).toMatchObject({ user: null })
  const { requests } = await server.stats()
  expect(requests.filter(({ path }) => path === '/classic/api/public')).toMatchObject([{ token: 'none' }])
})

test('a session ended by the server sends the app to its login, as before', async ({ context, server }) => {
  const page = await openApp(context, server)
  await login(page)
  await server.revoke({ refresh: true })

  expect((await get(page, '/echo')).status).toBe(401)
  expect(await loginsShown(page)).toBe(1)
  expect(await stored(page)).toEqual(['', ''])
})

test("the former user's placeholder gets a 401, not the next user's token", async ({ context, server }) => {
  const page = await openApp(context, server)
  await login(page, 'alice')
  const [token = ''] = await stored(page)
  await login(page, 'bob')

  const status = await page.evaluate(async (value) => {
    const response = await fetch('/classic/api/echo?former', {
      headers: { Authorization: `Bearer ${value}` },
    })
    return response.status
  }, token)

  expect(status).toBe(401)
  const seen = await server.seen('/classic/api/echo?former')
  expect(seen.map(({ user }) => user)).not.toContain('bob')
})

test('a session from before the roll-out goes on, and is taken over at its first refresh', async ({
  context,
  server,
}) => {
  const page = await context.newPage()
  await page.goto(`${server.url}/classic.html`)
  await login(page)
  const [real = ''] = await stored(page)
  expect(real).not.toMatch(PLACEHOLDER)

  await page.evaluate(() => window.rollOut())
  expect((await get(page, '/echo')).data).toMatchObject({ user: 'alice' })
  await server.revoke()
  expect((await get(page, '/echo')).data).toMatchObject({ user: 'alice' })

  for (const token of await stored(page)) expect(token).toMatch(PLACEHOLDER)
  expect(await loginsShown(page)).toBe(0)
  expect((await server.stats()).classic).toMatchObject({ refreshes: 1, reuse: 0 })
})
