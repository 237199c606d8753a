// The threat "forged, repeated or mixed-up callback" of SECURITY.md, and every other way in which a login can end.
import type { Page } from '@playwright/test'
import { ageAttempts, interceptCallback, otherBrowser, withoutWorker } from './oauth/attempts.ts'
import { enterName, expect, history, logIn, test } from './oauth/test.ts'

const expectFailed = async (page: Page, reason: RegExp): Promise<void> => {
  await expect(page.getByRole('heading')).toHaveText('Login failed')
  await expect(page.locator('body')).toContainText(reason)
  await expect(page.getByRole('link', { name: 'Log in again' })).toBeVisible()
}

test('an abandoned login leaves everything as it was, and the next one works', async ({ tab, server }) => {
  await tab.page.click('#login')
  await expect(tab.page.getByLabel('Name')).toBeVisible()
  await tab.page.goBack()
  await tab.ready()
  expect(await tab.session()).toEqual({ status: 'anonymous' })

  await logIn(tab, server)
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('a login that the user has cancelled says so and can be begun again', async ({
  tab,
  openTab,
  server,
}) => {
  const other = await openTab()
  await tab.page.click('#login')
  await tab.page.getByRole('button', { name: 'Cancel' }).click()

  await expectFailed(tab.page, /access_denied|cancelled/)
  expect(await other.events('broker-error')).toMatchObject([{ code: 'login-failed' }])
  expect(await other.session()).toEqual({ status: 'anonymous' })
  await tab.page.getByRole('link', { name: 'Log in again' }).click()
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)
})

test('a callback that is repeated after the login goes to the app, and spends nothing', async ({
  tab,
  server,
}) => {
  const callback = await interceptCallback(tab.page, server)
  await tab.page.goto(callback)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.page.goto(callback)
  await tab.page.waitForURL(`${server.url}/`)
  await tab.ready()

  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect(server.provider.stats).toMatchObject({ tokenRequests: 1, errors: [] })
})

test('a callback in two tabs at once is one token request', async ({ tab, context, server }) => {
  const callback = await interceptCallback(tab.page, server)
  const pages = [tab.page, await context.newPage()]
  await Promise.all(pages.map((page) => page.goto(callback)))
  await tab.goto(`${server.url}/`)

  expect(server.provider.stats).toMatchObject({ tokenRequests: 1, errors: [] })
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

for (const state of ['forged', '__proto__', 'constructor', ''])
  test(`a callback with the state '${state}' is refused`, async ({ tab, server }) => {
    await tab.page.goto(`${server.url}/auth/callback?code=stolen&state=${state}`)

    await expectFailed(tab.page, /not begun in this browser/)
    expect(server.provider.stats.tokenRequests).toBe(0)
  })

test('a callback from another browser logs nobody in (login CSRF)', async ({ tab, context, server }) => {
  const attacker = await otherBrowser(context)
  const page = await attacker.newPage()
  await page.goto(server.url)
  await page.evaluate(() => window.outcome)
  const callback = await interceptCallback(page, server, 'bob')
  await tab.page.goto(callback)

  await expectFailed(tab.page, /not begun in this browser/)
  expect(server.provider.stats.tokenRequests).toBe(0)
  await attacker.close()
})

test('a code of another browser in a login of this one is refused (code injection)', async ({
  tab,
  context,
  server,
}) => {
  const attacker = await otherBrowser(context)
  const page = await attacker.newPage()
  await page.goto(server.url)
  await page.evaluate(() => window.outcome)
  const code = new URL(await interceptCallback(page, server, 'bob')).searchParams.get('code') ?? ''
  server.provider.settings.onCallback = (callback) => callback.searchParams.set('code', code)
  await tab.page.click('#login')
  await enterName(tab.page)

  await expectFailed(tab.page, /invalid_grant/)
  await tab.goto(server.url)
  expect(await tab.session()).toEqual({ status: 'anonymous' })
  await attacker.close()
})

test('a login that took half an hour is over', async ({ tab, server }) => {
  const callback = await interceptCallback(tab.page, server)
  await ageAttempts(tab.page, 31 * 60_000)
  await tab.page.goto(callback)

  await expectFailed(tab.page, /expired/)
  expect(server.provider.stats.tokenRequests).toBe(0)
})

test('a callback of another issuer is refused before its code goes anywhere (mix-up)', async ({
  tab,
  server,
}) => {
  server.provider.settings.onCallback = ({ searchParams }) => searchParams.set('iss', 'https://evil.example')
  await tab.page.click('#login')
  await enterName(tab.page)

  await expectFailed(tab.page, /iss/)
  expect(server.provider.stats.tokenRequests).toBe(0)
})

test('a callback that does not say its issuer is refused', async ({ tab, server }) => {
  server.provider.settings.onCallback = ({ searchParams }) => searchParams.delete('iss')
  await tab.page.click('#login')
  await enterName(tab.page)

  await expectFailed(tab.page, /iss/)
  expect(server.provider.stats.tokenRequests).toBe(0)
})

test('an id_token with another nonce is refused, and its tokens are not kept', async ({ tab, server }) => {
  server.provider.settings.onAuthorization = ({ searchParams }) => searchParams.set('nonce', 'replayed')
  await tab.page.click('#login')
  await enterName(tab.page)

  await expectFailed(tab.page, /nonce/)
  await tab.goto(server.url)
  expect(await tab.session()).toEqual({ status: 'anonymous' })
})

test('a token endpoint that fails at the callback is said, and the next login works', async ({
  tab,
  server,
}) => {
  server.provider.faults.set('token', { status: 503, times: 1 })
  await tab.page.click('#login')
  await enterName(tab.page)
  await expectFailed(tab.page, /503/)

  await logIn(tab, server)
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test.describe('where no worker answers', () => {
  test('the page at the callback finishes the login', async ({ tab, server }) => {
    const callback = await interceptCallback(tab.page, server)
    const back = await withoutWorker(tab.page)
    await tab.page.goto(callback, { waitUntil: 'commit' })
    await back()

    await tab.page.waitForURL(`${server.url}/orders`)
    await tab.ready()
    expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
    expect(server.provider.stats).toMatchObject({ tokenRequests: 1, errors: [] })
    for (const url of await history(tab.page)) expect(url).not.toMatch(/[?&]code=/)
  })

  test('a bookmark of the login is one on the very first visit', async ({ page, server }) => {
    await page.goto(`${server.url}/auth/login?return_to=/orders`)
    await enterName(page)
    await page.waitForURL(`${server.url}/orders`)
    expect(server.provider.stats.logins).toBe(1)
  })

  test('a forged callback is said to the tabs, and its code leaves the address', async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab()
    const back = await withoutWorker(tab.page)
    await tab.page.goto(`${server.url}/auth/callback?code=stolen&state=forged`, { waitUntil: 'commit' })
    await back()
    await expectFailed(tab.page, /not begun in this browser/)

    await expect
      .poll(() => other.events('broker-error'))
      .toContainEqual(expect.objectContaining({ code: 'login-failed' }))
    expect(server.provider.stats.tokenRequests).toBe(0)
    for (const url of await history(tab.page)) expect(url).not.toContain('code=')
  })

  test('a popup closes all the same', async ({ tab, server }) => {
    const opening = tab.page.waitForEvent('popup')
    await tab.page.evaluate(() => window.login({ popup: true }))
    const popup = await opening
    await popup.waitForURL(`${server.provider.url}/**`)
    await withoutWorker(popup)
    const closing = popup.waitForEvent('close')
    await enterName(popup)
    await expect.poll(() => tab.session()).toMatchObject({ status: 'active' })
    await closing
  })
})

test('a callback in a frame is not processed', async ({ tab, server }) => {
  const callback = await interceptCallback(tab.page, server)
  await tab.ready()
  await tab.page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src }))
  }, callback)
  const frame = tab.page.frameLocator('iframe')
  await expect(frame.locator('#login, h1')).toBeVisible()
  // As long as it takes the client in the frame to begin.
  await tab.page.waitForTimeout(2000)

  expect(server.provider.stats.tokenRequests).toBe(0)
  expect(await tab.session()).toEqual({ status: 'anonymous' })
})

test('a login in a frame does not leave for the provider', async ({ tab, server }) => {
  let requests = 0
  server.provider.settings.onAuthorization = () => {
    requests += 1
  }
  await tab.page.evaluate(() => {
    const src = '/auth/login?prompt=none'
    document.body.append(Object.assign(document.createElement('iframe'), { src }))
  })
  await tab.page.waitForTimeout(2000)
  expect(requests).toBe(0)
})
