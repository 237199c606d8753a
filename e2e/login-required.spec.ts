import { expect, expireSession, test } from './test.ts'
import type { Tab } from './tab.ts'

const urls = Array.from({ length: 10 }, (_, index) => `/api/echo?${index}`)

/** Raw messages of the type, as a page without the client module hears them. */
async function heard(tab: Tab, type: string): Promise<unknown[]> {
  const messages = await tab.messages()
  return messages.filter(
    (message) => typeof message === 'object' && message && 'type' in message && message.type === type,
  )
}

test('invalid_grant tells each tab exactly once', async ({ tab, openTab, server }) => {
  const tabs = [tab, await openTab(), await openTab()]
  await tab.login()
  await server.reset()
  await server.revoke({ refresh: true })

  const answers = (await Promise.all(tabs.map((each) => each.calls(urls)))).flat()
  // Another round, with the session known to be lost.
  for (const each of tabs) await each.calls(urls)

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  for (const each of tabs) {
    await expect
      .poll(() => each.events('login-required'))
      .toMatchObject([{ reason: 'invalid_grant', loginUrl: `${server.url}/login` }])
    expect(await heard(each, 'login-required')).toMatchObject([
      { v: 1, source: 'sw-token-broker', reason: 'invalid_grant' },
    ])
    expect(await each.session()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })
  }
  expect((await server.stats()).main.refreshAttempts).toBe(1)
})

test('a page that no worker controls hears it too', async ({ tab, context, server }) => {
  const plain = await context.newPage()
  const devtools = await context.newCDPSession(plain)
  await plain.goto(`${server.url}/plain.html`)
  const loaded = plain.waitForEvent('load')
  await devtools.send('Page.reload', { ignoreCache: true })
  await loaded
  expect(await plain.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  await tab.login()
  await server.revoke({ refresh: true })

  await tab.call('/api/echo')

  await expect
    .poll(() => plain.evaluate(() => window.heard))
    .toContainEqual(expect.objectContaining({ type: 'login-required', reason: 'invalid_grant' }))
})

test('a tab that comes late learns it from getSession()', async ({ tab, openTab, server }) => {
  await tab.login()
  await server.revoke({ refresh: true })
  await tab.call('/api/echo')
  const late = await openTab()

  expect(await late.session()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })
})

test('the 401 and the public answers of the server itself reach the page after the session is lost', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.revoke({ refresh: true })
  await tab.call('/api/echo')
  await server.reset()

  const refused = await tab.call('/api/echo?later')
  expect(refused.status).toBe(401)
  expect(refused.headers['www-authenticate']).toBe('Bearer')
  expect((await tab.call('/api/public')).status).toBe(200)
  expect(await server.seen('/api/public')).toMatchObject([{ token: 'none' }])
})

test('a session that expired overnight and was ended by the server tells the tab that comes back', async ({
  tab,
  openTab,
  server,
}) => {
  await expireSession(tab, server)
  await server.revoke({ refresh: true })
  const next = await openTab()

  expect((await next.call('/api/echo')).status).toBe(401)
  await expect.poll(() => next.session()).toMatchObject({ status: 'login-required' })
  expect(await next.events('login-required')).toHaveLength(1)
})

test('a new login ends it: calls succeed, and the next loss is told again', async ({ tab, server }) => {
  for (const round of [1, 2]) {
    await tab.login()
    expect((await tab.call('/api/echo')).status).toBe(200)
    expect(await tab.session()).toMatchObject({ status: 'active' })
    await server.revoke({ refresh: true })
    expect((await tab.call('/api/echo')).status).toBe(401)
    await expect.poll(() => tab.events('login-required')).toHaveLength(round)
  }
})

test('an anonymous 401 says no-session once, until the next login', async ({ tab }) => {
  await tab.calls(urls)
  await tab.calls(urls)

  await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'no-session' }])
  expect(await tab.session()).toMatchObject({ status: 'anonymous' })
  await tab.login()
  await tab.logout()
  await tab.calls(urls)
  await expect.poll(() => tab.events('login-required')).toHaveLength(2)
})

test('insufficient_user_authentication asks for a step-up, and refreshes nothing', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()

  expect((await tab.call('/api/step-up')).status).toBe(401)

  await expect
    .poll(() => tab.events('step-up-required'))
    .toMatchObject([{ acr_values: 'urn:demo:mfa', max_age: 60 }])
  expect((await server.stats()).main.refreshAttempts).toBe(0)
  expect(await server.seen('/api/step-up')).toHaveLength(1)
})

test('insufficient_scope is passed on, and refreshes nothing', async ({ tab, server }) => {
  await tab.login()
  await server.reset()

  const answer = await tab.call('/api/forbidden')

  expect(answer.status).toBe(403)
  expect(answer.headers['www-authenticate']).toContain('insufficient_scope')
  expect((await server.stats()).main.refreshAttempts).toBe(0)
})
