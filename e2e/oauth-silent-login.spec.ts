// OpenID Connect Core 1.0 §3.1.2.1: `prompt=none` in a hidden frame, once per lost session, before the pages are told.
import type { Page } from '@playwright/test'
import { interceptCallback } from './oauth/attempts.ts'
import { enterName, expect, logIn, test } from './oauth/test.ts'
import type { OAuthServer } from './oauth/server.ts'
import type { Tab } from './tab.ts'
import { answered, finish, start, startPost } from './test.ts'
import { killWorker } from './worker.ts'

const silent = { oauth: { silentLogin: true } }
test.use({ options: silent })

/** The authorization requests with `prompt=none` that the provider gets from now on. */
function countSilent(server: OAuthServer): { count: number } {
  const seen = { count: 0 }
  server.provider.settings.onAuthorization = ({ searchParams }) => {
    if (searchParams.get('prompt') === 'none') seen.count++
  }
  return seen
}

const frames = (page: Page): Promise<number> => page.locator('iframe').count()

/** The pages know that a login is required, and the frame is gone. */
async function expectLoginRequired(tab: Tab): Promise<void> {
  await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
  expect(await tab.session()).toMatchObject({ status: 'login-required' })
  await expect.poll(() => frames(tab.page)).toBe(0)
}

test('a user whom the provider still knows notices nothing of a lost session', async ({
  tab,
  openTab,
  server,
}) => {
  await logIn(tab, server)
  const other = await openTab()
  const seen = countSilent(server)
  server.provider.endRefreshTokens()

  const calls = [tab, other].map((each) => each.call('/oauth/api/echo', { method: 'POST', body: 'form' }))
  for (const { body } of await Promise.all(calls)) expect(body).toMatchObject({ user: 'alice', bytes: 4 })

  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  for (const each of [tab, other]) {
    expect(await each.events('login-required')).toEqual([])
    expect(await each.events('broker-error')).toEqual([])
    await expect.poll(() => frames(each.page)).toBe(0)
  }
  // One page did it, and the worker alone saw the code.
  expect(seen.count).toBe(1)
  expect(server.provider.stats).toMatchObject({ logins: 2, errors: ['invalid_grant'] })
  expect(server.requests().filter(({ path }) => path.startsWith('/auth/callback'))).toEqual([])
  // The next lost session has its own attempt.
  server.provider.endRefreshTokens()
  expect((await tab.call('/oauth/api/echo')).status).toBe(200)
  expect(seen.count).toBe(2)
})

const FAILURES: Record<string, (server: OAuthServer) => void> = {
  'login_required: the provider’s session has ended': ({ provider }) => provider.endSessions(),
  consent_required: ({ provider }) => {
    provider.settings.hasConsent = false
    provider.endRefreshTokens()
  },
  interaction_required: ({ provider }) => refuseWith(provider, 'interaction_required'),
}

function refuseWith(provider: OAuthServer['provider'], error: string): void {
  provider.endRefreshTokens()
  provider.settings.onCallback = ({ searchParams }) => {
    searchParams.delete('code')
    searchParams.set('error', error)
  }
}

for (const [title, fail] of Object.entries(FAILURES))
  test(`${title} ends in one login-required, and there is no second attempt`, async ({ tab, server }) => {
    await logIn(tab, server)
    const seen = countSilent(server)
    fail(server)

    expect((await tab.call('/oauth/api/echo')).status).toBe(401)
    await expectLoginRequired(tab)

    await killWorker(tab.page)
    expect((await tab.call('/oauth/api/echo')).status).toBe(401)
    expect(await tab.events('login-required')).toHaveLength(1)
    expect(seen.count).toBe(1)
  })

test.describe('a provider of another site, whose cookie a frame does not get', () => {
  test.use({ options: { ...silent, provider: { host: '127.0.0.1' } } })

  test('ends in login-required, and a login in the page itself works', async ({ tab, server }) => {
    await logIn(tab, server)
    const seen = countSilent(server)
    server.provider.endRefreshTokens()

    expect((await tab.call('/oauth/api/echo')).status).toBe(401)
    await expectLoginRequired(tab)
    expect(seen.count).toBe(1)
    // The provider knows the user all the same.
    await tab.page.goto(`${server.url}/auth/login?return_to=/orders`)
    await tab.page.waitForURL(`${server.url}/orders`)
    await tab.ready()
    expect(await tab.session()).toMatchObject({ status: 'active' })
  })
})

test('a provider that never comes back ends in login-required after 10 s, and later changes nothing', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  let late = ''
  server.provider.settings.onCallback = (callback) => {
    late = callback.href
    // A page of the provider's own, which stays.
    callback.href = `${server.provider.url}/nowhere`
  }
  server.provider.endRefreshTokens()
  const begin = Date.now()
  expect((await tab.call('/oauth/api/echo')).status).toBe(401)
  await expectLoginRequired(tab)
  expect(Date.now() - begin).toBeGreaterThan(9000)

  await tab.page.evaluate((src) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src }))
  }, late)
  expect((await tab.call('/oauth/api/echo?later')).status).toBe(401)
  expect(await tab.session()).toMatchObject({ status: 'login-required' })
  expect(server.provider.stats.logins).toBe(1)
})

test('another user of the provider is another session: no call of the one before goes on', async ({
  tab,
  openTab,
  server,
}) => {
  await logIn(tab, server)
  const { page } = await openTab()
  // Bob logs in at the provider, and the app does not learn of it.
  await tab.page.context().clearCookies()
  await interceptCallback(page, server, 'bob')
  await page.close()
  server.provider.endRefreshTokens()

  const answer = await tab.call('/oauth/api/echo', { method: 'POST', body: 'alice’s' })

  expect(answer.status).toBe(401)
  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'bob' })
  expect(server.calls('/oauth/api/echo').map(({ status }) => status)).toEqual([401])
  expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'bob' })
})

test('a message that a script makes up starts nothing, in the worker or in the page', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  const seen = countSilent(server)
  const replies = await tab.page.evaluate(async () => {
    const forged = { v: 1, source: 'sw-token-broker', name: 'default', type: 'silent-login', id: 'forged' }
    navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: forged }))
    const { port1, port2 } = new MessageChannel()
    const reply = new Promise<unknown>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data)
    })
    navigator.serviceWorker.controller?.postMessage(forged, [port2])
    return JSON.stringify(await reply)
  })

  expect(replies).not.toContain('frame')
  expect(await tab.session()).toMatchObject({ status: 'active' })
  expect(await frames(tab.page)).toBe(0)
  expect(seen.count).toBe(0)
})

test('a callback that the worker did not begin leaves its frame empty and its code unread', async ({
  tab,
  server,
}) => {
  const callback = await interceptCallback(tab.page, server)
  await tab.ready()
  const address = await tab.page.evaluate(async (src) => {
    const frame = Object.assign(document.createElement('iframe'), { src: 'about:blank' })
    document.body.append(frame)
    frame.src = src
    // Answered before this, as they go through the same worker.
    await fetch('/oauth/api/public')
    return frame.contentWindow?.location.href
  }, callback)

  expect(address).toBe('about:blank')
  expect(await tab.session()).toEqual({ status: 'anonymous' })
  expect(server.provider.stats.tokenRequests).toBe(0)
  // The person's own login is not spent by it.
  await tab.page.goto(callback)
  await tab.page.waitForURL(`${server.url}/orders`)
  expect(server.provider.stats.logins).toBe(1)
})

test('a worker that dies meanwhile begins no second attempt, and the callback finds the next one', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  const seen = countSilent(server)
  const { faults, stats } = server.provider
  server.provider.endRefreshTokens()
  // The refresh fails at once; the exchange of the silent login's code waits.
  server.provider.settings.onCallback = () => {
    faults.set('token', { hold: true, times: 1, drop: 'before' })
    delete server.provider.settings.onCallback
  }
  await start(tab.page, 'call', '/oauth/api/echo')
  await expect.poll(() => stats.tokenRequests).toBe(3)
  await killWorker(tab.page)
  faults.clear()

  // The browser sends the framed callback to the next worker again; its state is spent.
  expect((await finish(tab.page, 'call'))?.status).toBe(401)
  await expectLoginRequired(tab)
  expect(seen.count).toBe(1)
})

test('where no page has the client, login-required does not wait for a frame', async ({ tab, server }) => {
  await logIn(tab, server)
  const seen = countSilent(server)
  await tab.page.goto(`${server.url}/plain.html`)
  server.provider.endRefreshTokens()

  expect(await tab.page.evaluate(async () => (await fetch('/oauth/api/echo')).status)).toBe(401)
  await expect
    .poll(() => tab.page.evaluate(() => window.heard))
    .toContainEqual(expect.objectContaining({ type: 'login-required', reason: 'invalid_grant' }))
  expect(seen.count).toBe(0)
})

test.describe("whenLoginRequired: 'hold'", () => {
  test.use({ options: { ...silent, broker: { whenLoginRequired: 'hold' } } })

  test('a form goes on after the silent login, or after the login that the person makes', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    server.provider.endRefreshTokens()
    const first = await tab.post('/oauth/api/echo', 'form')
    expect(first).toMatchObject({ status: 200, body: { sha256: first.sent } })
    expect(await tab.events('login-required')).toEqual([])

    server.provider.endSessions()
    await startPost(tab.page, 'second', '/oauth/api/echo', 'form')
    await expectLoginRequired(tab)
    expect(await answered(tab.page)).toEqual([])
    const opening = tab.page.waitForEvent('popup')
    await tab.page.evaluate(() => window.login({ popup: true }))
    await enterName(await opening)

    const second = await finish(tab.page, 'second')
    expect(second).toMatchObject({ status: 200, body: { sha256: second?.sent } })
  })
})

test.describe('silentLogin: false', () => {
  test.use({ options: {} })

  test('asks the provider nothing', async ({ tab, server }) => {
    await logIn(tab, server)
    const seen = countSilent(server)
    server.provider.endRefreshTokens()
    expect((await tab.call('/oauth/api/echo')).status).toBe(401)
    await expect.poll(() => tab.events('login-required')).toHaveLength(1)
    expect(seen.count).toBe(0)
  })
})
