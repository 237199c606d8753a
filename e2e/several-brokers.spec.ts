// Two brokers on one origin, each with an issuer and an API of its own: neither touches what is the other's.
import { startFilesApi, type FilesApi } from '../demo-server/files-api.ts'
import { FILES } from '../demo-server/identity-provider-resources.ts'
import { CLIENT_ID, startIdentityProvider, type IdentityProvider } from '../demo-server/identity-provider.ts'
import { interceptCallback } from './oauth/attempts.ts'
import { enterName, expect, logIn, test as oauthTest } from './oauth/test.ts'
import { everythingStored } from './stored.ts'
import type { Tab } from './tab.ts'
import { finish, start } from './test.ts'

interface Partner {
  provider: IdentityProvider
  api: FilesApi
  /** The page that its broker controls. */
  page: string
  logIn(tab: Tab, user: string): Promise<void>
}

const test = oauthTest.extend<{ workers: 1 | 2; partner: Partner }>({
  workers: [1, { option: true }],
  partner: async ({ server, workers }, use) => {
    const provider = await startIdentityProvider(server.url, { accessTokenTtl: 300 })
    const api = await startFilesApi(server.url, provider, server.state, 0)
    const settings = {
      oauth: {
        issuer: provider.url,
        clientId: CLIENT_ID,
        scope: 'openid offline_access files',
        parameters: { resource: FILES },
        loginPath: '/partner/login',
        redirectUri: '/partner/callback',
        logoutPath: '/partner/logout',
      },
      broker: { name: 'partner', protect: [`${api.url}/`] },
    }
    if (workers === 1) server.deploy({ also: [settings] })
    else server.deployWorker('partner/sw.js', [settings])
    for (const path of ['partner', 'partner/login', 'partner/callback', 'partner/logout'])
      server.servePage(path)
    const page = workers === 1 ? '/?name=partner' : '/partner/?worker=/partner/sw.js&name=partner'
    await use({
      provider,
      api,
      page,
      async logIn(tab, user) {
        const query = new URLSearchParams({ return_to: page }).toString()
        await tab.page.goto(`${server.url}/partner/login?${query}`)
        await enterName(tab.page, user)
        await tab.page.waitForURL(server.url + page)
        await tab.ready()
      },
    })
    await Promise.all([provider.close(), api.close()])
  },
})

for (const workers of [1, 2] as const)
  test.describe(workers === 1 ? 'two brokers in one worker' : 'two registrations with a broker each', () => {
    test.use({ workers })

    test('have a user each, and a logout of one leaves the other', async ({ server, partner, openTab }) => {
      const [own, other] = [await openTab(), await openTab(partner.page)]
      await logIn(own, server, 'alice')
      expect(await other.session()).toEqual({ status: 'anonymous' })
      expect((await other.call(`${partner.api.url}/echo`)).status).toBe(401)
      await partner.logIn(other, 'bob')

      expect((await own.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
      expect((await other.call(`${partner.api.url}/echo`)).body).toMatchObject({ user: 'bob' })
      expect(await own.session()).toMatchObject({ subject: 'alice' })
      expect(await other.session()).toMatchObject({ subject: 'bob' })
      const { records } = await everythingStored(own.page)
      const databases = new Set(records.map(({ database }) => database))
      expect(databases).toEqual(new Set(['sw-token-broker:default', 'sw-token-broker:partner']))

      await own.page.goto(`${server.url}/auth/logout`)
      await expect.poll(() => server.provider.stats.revocations).toBe(1)
      expect((await other.call(`${partner.api.url}/echo`)).body).toMatchObject({ user: 'bob' })
      expect(await other.session()).toMatchObject({ status: 'active', subject: 'bob' })
      expect(partner.provider.stats).toMatchObject({ revocations: 0, logins: 1 })
    })

    test('refresh, lose and announce their sessions by themselves', async ({ server, partner, openTab }) => {
      const [own, other] = [await openTab(), await openTab(partner.page)]
      await logIn(own, server)
      await partner.logIn(other, 'bob')
      server.provider.revokeAccessTokens()
      partner.provider.revokeAccessTokens()
      // The one does not wait for the lock of the other.
      server.provider.faults.set('token', { hold: true })
      await start(own.page, 'call', '/oauth/api/echo')
      await expect.poll(() => server.provider.stats.tokenRequests).toBe(2)
      expect((await other.call(`${partner.api.url}/echo`)).body).toMatchObject({ user: 'bob' })
      server.provider.faults.clear()
      expect(await finish(own.page, 'call')).toMatchObject({ status: 200 })

      partner.provider.endSessions()
      expect((await other.call(`${partner.api.url}/echo`)).status).toBe(401)
      await expect
        .poll(() => other.events('login-required'))
        .toMatchObject([{ reason: 'invalid_grant', loginUrl: `${server.url}/partner/login` }])
      expect((await own.call('/oauth/api/echo')).status).toBe(200)
      expect(await own.events('login-required')).toEqual([])
      expect(await own.session()).toMatchObject({ status: 'active' })
      // Every window hears both; each says whose it is.
      expect(await own.messages()).toContainEqual(
        expect.objectContaining({ type: 'login-required', name: 'partner' }),
      )
    })

    test('take no command and no callback of the other', async ({ server, partner, openTab }) => {
      const [own, other] = [await openTab(), await openTab(partner.page)]
      const callback = new URL(await interceptCallback(own.page, server, 'alice'))
      callback.pathname = '/partner/callback'
      await own.page.goto(callback.href)
      await expect(own.page.getByRole('heading')).toHaveText('Login failed')
      // No code goes to another issuer than its own (RFC 9207, RFC 9700 §4.4).
      expect(partner.provider.stats.tokenRequests).toBe(0)
      expect(server.provider.stats.tokenRequests).toBe(0)

      await partner.logIn(other, 'bob')
      await logIn(own, server)
      await own.page.evaluate(() => {
        const command = { v: 1, source: 'sw-token-broker', type: 'logout' }
        for (const name of ['nobody', '', undefined])
          navigator.serviceWorker.controller?.postMessage({ ...command, name })
      })
      expect(await own.session()).toMatchObject({ status: 'active', subject: 'alice' })
      expect(await other.session()).toMatchObject({ status: 'active', subject: 'bob' })
      await own.logout()
      await own.page.waitForURL(`${server.provider.url}/**`)
      expect(await other.session()).toMatchObject({ status: 'active', subject: 'bob' })
    })
  })
