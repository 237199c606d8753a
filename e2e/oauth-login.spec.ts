import { enterName, expect, history, logIn, test } from './oauth/test.ts'
import { finish, start } from './test.ts'

test('a plain link is a complete login, and leaves no code in the history', async ({ tab, server }) => {
  await tab.page.click('#login')
  expect(new URL(tab.page.url()).origin).toBe(server.provider.url)
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.ready()

  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice', scheme: 'Bearer' })
  expect(server.provider.stats).toMatchObject({ logins: 1, tokenRequests: 1, errors: [] })
  for (const url of await history(tab.page)) expect(url).not.toMatch(/[?&]code=/)
})

test('broker.login({ returnTo }) leaves for the provider and comes back', async ({ tab, server }) => {
  await tab.page.evaluate(() => window.login({ returnTo: '/orders?page=2#third' }))
  await enterName(tab.page, 'bob')
  await tab.page.waitForURL(`${server.url}/orders?page=2#third`)
  await tab.ready()

  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'bob' })
})

test('a login in a popup, asked for twice, is one window and leaves the page as it is', async ({ tab }) => {
  await tab.page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('input'), { value: 'half a form' }))
  })
  const opening = tab.page.waitForEvent('popup')
  await tab.page.evaluate(() => Promise.all([window.login({ popup: true }), window.login({ popup: true })]))
  const popup = await opening
  expect(tab.page.context().pages()).toHaveLength(2)
  const closing = popup.waitForEvent('close')
  await enterName(popup)
  await closing

  expect(await tab.page.inputValue('input')).toBe('half a form')
  await expect.poll(() => tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  expect(await tab.events('session-changed')).toHaveLength(1)
  expect((await tab.call('/oauth/api/echo')).status).toBe(200)
})

test('a login whose popup is blocked says so', async ({ tab }) => {
  const login = tab.page.evaluate(() => {
    window.open = () => null
    return window.login({ popup: true })
  })
  await expect(login).rejects.toThrow('popup-blocked')
})

test('a login in one tab is every tab’s', async ({ tab, openTab, server }) => {
  const other = await openTab()
  await logIn(tab, server)

  await expect.poll(() => other.events('session-changed')).toHaveLength(1)
  expect((await other.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
})

test('three logins at once each come back to their own page', async ({ context, server, openTab }) => {
  await openTab()
  const pages = await Promise.all([1, 2, 3].map(() => context.newPage()))
  await Promise.all(
    pages.map((page, index) => page.goto(`${server.url}/auth/login?return_to=/orders?tab=${index}`)),
  )
  for (const [index, page] of pages.entries()) {
    await enterName(page)
    await page.waitForURL(`${server.url}/orders?tab=${index}`)
  }
  expect(server.provider.stats).toMatchObject({ logins: 3, errors: [] })
})

test.describe("whenLoginRequired: 'hold'", () => {
  test.use({ options: { broker: { whenLoginRequired: 'hold' } } })

  test('a login in a popup lets the call that was held go on', async ({ tab, server }) => {
    await logIn(tab, server)
    server.provider.endSessions()
    await start(tab.page, 'held', '/oauth/api/echo', { method: 'PUT', body: 'half a form' })
    await expect.poll(() => tab.events('login-required')).toHaveLength(1)
    const opening = tab.page.waitForEvent('popup')
    await tab.page.evaluate(() => window.login({ popup: true }))
    await enterName(await opening)

    expect(await finish(tab.page, 'held')).toMatchObject({ status: 200, body: { bytes: 11 } })
  })
})

test('a step-up reaches the provider as the API has asked for it', async ({ tab, server }) => {
  await logIn(tab, server)
  let asked = new URLSearchParams()
  server.provider.settings.onAuthorization = ({ searchParams }) => {
    asked = searchParams
  }
  expect((await tab.call('/oauth/api/step-up')).status).toBe(401)
  const [event] = await tab.events('step-up-required')
  expect(event).toMatchObject({ acr_values: 'urn:demo:mfa', max_age: 60 })
  await tab.page.evaluate(() => window.login({ acrValues: 'urn:demo:mfa', maxAge: 0, returnTo: '/orders' }))
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)

  expect(Object.fromEntries(asked)).toMatchObject({ acr_values: 'urn:demo:mfa', max_age: '0' })
  expect(server.provider.stats).toMatchObject({ logins: 2, refreshes: 0 })
})

test.describe('getSession()', () => {
  test.use({ options: { oauth: { claims: ['sub', 'name'] } } })

  test('gives the claims that are listed, and keeps them over a refresh', async ({ tab, server }) => {
    await logIn(tab, server)
    expect(await tab.session()).toMatchObject({ claims: { sub: 'alice', name: 'Alice' } })
    server.provider.revokeAccessTokens()
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)

    expect(server.provider.stats.refreshes).toBe(1)
    const { claims } = await tab.session()
    expect(claims).toEqual({ sub: 'alice', name: 'Alice' })
  })
})

test('return_to may hold any characters that a path of the app has', async ({ tab, server }) => {
  await tab.page.goto(`${server.url}/auth/login?return_to=${encodeURIComponent('/orders?city=京都&x=%0A\n')}`)
  await enterName(tab.page)
  await tab.page.waitForURL(/\/orders\?city=/)
})
