import { enterName, expect, test as oauthTest } from './oauth/test.ts'
import type { OAuthServer } from './oauth/server.ts'
import { everythingStored } from './stored.ts'
import { Tab } from './tab.ts'
import { ONE_REFRESH, refreshCounts, test as jsonTest } from './test.ts'

/** By the link, as a person does it; no worker is there that could answer the navigation. */
async function logIn(tab: Tab, server: OAuthServer): Promise<void> {
  await tab.goto(server.url)
  await tab.page.click('#login')
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.ready()
}

oauthTest.describe('oauth, where workers are blocked', () => {
  oauthTest.use({
    serviceWorkers: 'block',
    options: { head: '<meta name="fallback" content="page" />', oauth: { dpop: true } },
  })

  oauthTest(
    'login by a link, calls with DPoP, a refresh, and the logout at the server',
    async ({ page, tab, server }) => {
      await logIn(tab, server)
      expect(await tab.session()).toMatchObject({ status: 'active' })
      expect((await tab.call('/oauth/api/echo')).status).toBe(200)
      expect(server.calls('/oauth/api/echo')).toMatchObject([{ scheme: 'DPoP', status: 200 }])

      server.provider.revokeAccessTokens()
      expect((await tab.call('/oauth/api/echo')).status).toBe(200)
      expect(server.provider.stats).toMatchObject({ logins: 1, refreshes: 1, reuse: 0, errors: [] })

      await page.click('#logout')
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.waitForURL(`${server.url}/`)
      await tab.ready()
      expect(await tab.session()).toEqual({ status: 'anonymous' })
      expect(server.provider.stats).toMatchObject({ revocations: 1, logouts: 1 })
      expect(JSON.stringify(await everythingStored(page))).not.toMatch(/accessToken|refreshToken|idToken/)
    },
  )

  oauthTest(
    'two tabs with a token that is refused make one token request',
    async ({ tab, openTab, server }) => {
      await logIn(tab, server)
      const other = await openTab('/orders')
      expect(await other.session()).toMatchObject({ status: 'active' })
      server.provider.revokeAccessTokens()
      const urls = Array.from({ length: 5 }, () => '/oauth/api/echo')
      const answers = await Promise.all([tab.calls(urls), other.calls(urls)])
      expect(answers.flat().map(({ status }) => status)).toEqual(Array<number>(10).fill(200))
      expect(server.provider.stats).toMatchObject({ refreshes: 1, reuse: 0, maxConcurrentTokenRequests: 1 })
    },
  )
})

const COOKIE_PAGE = '/?fallback=page&worker=/sw-cookie.js'
const COOKIE_LOGIN = '/cookie/auth/login'

jsonTest.describe('the refresh token in a cookie and nothing on disk, where workers are blocked', () => {
  jsonTest.use({ serviceWorkers: 'block' })

  jsonTest(
    'login, calls, a reload, and two tabs that never refresh at the same time',
    async ({ openTab, server }) => {
      const tab = await openTab(COOKIE_PAGE)
      await tab.login('alice', COOKIE_LOGIN)
      expect((await tab.call('/cookie/api/echo')).body).toMatchObject({ user: 'alice' })
      const { records } = await everythingStored(tab.page)
      expect(records).toMatchObject([
        { value: { session: { status: 'active', tokens: { accessToken: '' } } } },
      ])

      // What is in a page's memory ends with it; the marker says that the cookie is there.
      await server.reset()
      await tab.goto(server.url + COOKIE_PAGE)
      expect((await tab.call('/cookie/api/echo')).body).toMatchObject({ user: 'alice' })
      expect(await refreshCounts(server, 'cookie')).toEqual(ONE_REFRESH)

      // Each tab has its own access token, and the cookie is one.
      const other = await openTab(COOKIE_PAGE)
      await server.revoke({ flavour: 'cookie' })
      await server.reset()
      const urls = ['/cookie/api/echo?1', '/cookie/api/echo?2', '/cookie/api/echo?3']
      const answers = await Promise.all([tab.calls(urls), other.calls(urls)])
      expect(answers.flat().map(({ status }) => status)).toEqual(Array<number>(6).fill(200))
      const { reuse, refreshes, refreshAttempts } = await refreshCounts(server, 'cookie')
      expect({ reuse, failed: refreshAttempts - refreshes }).toEqual({ reuse: 0, failed: 0 })

      await other.logout()
      await expect.poll(() => tab.session()).toEqual({ status: 'anonymous' })
      expect((await server.stats()).cookie.logouts).toBe(1)
    },
  )
})

jsonTest('a worker that appears takes the session of the cookie over', async ({ page, server }) => {
  const tab = new Tab(page)
  await tab.goto(`${server.url}/?fallback=/sw-cookie.js&worker=/late.js`)
  await tab.login('alice', COOKIE_LOGIN)
  await server.reset()
  expect((await tab.call('/cookie/api/echo?page')).body).toMatchObject({ user: 'alice' })
  expect(await refreshCounts(server, 'cookie')).toMatchObject({ refreshAttempts: 0 })

  server.deploy('sw-cookie.js', 'late.js')
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await expect.poll(() => page.evaluate(() => /native code/.test(String(fetch)))).toBe(true)

  // The page's token went with the page's broker; the worker has the cookie and the marker.
  expect((await tab.call('/cookie/api/echo?worker')).body).toMatchObject({ user: 'alice' })
  expect(await refreshCounts(server, 'cookie')).toEqual(ONE_REFRESH)
  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
})
