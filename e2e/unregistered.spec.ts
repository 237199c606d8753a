// RFC 10017 §7.4.1.1: a script unregisters the worker, which goes on for the pages that are open.
import { logIn, test as oauthTest } from './oauth/test.ts'
import { everythingStored } from './stored.ts'
import { expect, test } from './test.ts'
import type { Tab } from './tab.ts'

const unregister = (tab: Tab): Promise<boolean | undefined> =>
  tab.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.unregister())

/** The pages know, and nothing is left that could be stolen. */
async function expectEnded(...tabs: Tab[]): Promise<void> {
  for (const tab of tabs) {
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'unregistered' }])
    expect(JSON.stringify(await everythingStored(tab.page))).not.toMatch(/accessToken|refreshToken|idToken/)
  }
}

test('an unregistered worker ends the session, here and at the server', async ({ tab, openTab, server }) => {
  await tab.login('alice')
  const other = await openTab()
  expect(await unregister(tab)).toBe(true)
  await tab.call('/api/echo')

  await expectEnded(tab, other)
  await expect.poll(async () => (await server.stats()).main.logouts).toBe(1)
  expect((await tab.call('/api/echo')).status).toBe(401)
  // A reload registers it anew, and a login is one again.
  await tab.goto(server.url)
  expect(await tab.session()).toMatchObject({ status: 'login-required', reason: 'unregistered' })
  await tab.login('alice')
  expect((await tab.call('/api/echo')).status).toBe(200)
})

test('a browser that is offline, and a script that is broken, are no reason', async ({
  tab,
  context,
  server,
}) => {
  await tab.login('alice')
  /** What the client says where it sees no registration. */
  const check = (): Promise<string> =>
    tab.page.evaluate(async () => {
      const { port1, port2 } = new MessageChannel()
      const reply = new Promise<{ session?: { status?: string } }>((resolve) => {
        port1.onmessage = ({ data }) => resolve(data)
      })
      const message = { v: 1, source: 'sw-token-broker', name: 'default', type: 'check-registration' }
      navigator.serviceWorker.controller?.postMessage(message, [port2])
      return (await reply).session?.status ?? ''
    })
  expect(await check()).toBe('active')
  server.deploy('index.html')
  expect(await check()).toBe('active')
  await context.setOffline(true)
  expect(await check()).toBe('active')
  await context.setOffline(false)

  expect((await tab.call('/api/echo')).status).toBe(200)
  expect((await server.stats()).main.logouts).toBe(0)
})

oauthTest(
  'an unregistered worker revokes the refresh token, and asks for no silent login',
  async ({ tab, server }) => {
    server.deploy({ oauth: { silentLogin: true } })
    await logIn(tab, server)
    expect(await unregister(tab)).toBe(true)
    await tab.call('/oauth/api/echo')

    await expectEnded(tab)
    await expect.poll(() => server.provider.stats.revocations).toBe(1)
    expect(server.provider.stats.logins).toBe(1)
  },
)
