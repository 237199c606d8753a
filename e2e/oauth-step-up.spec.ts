// RFC 9470: the API wants a stronger or fresher login than the session had.
import { enterName, expect, logIn, test } from './oauth/test.ts'
import type { OAuthServer } from './oauth/server.ts'
import { answered, finish, start, startPost } from './test.ts'
import type { Tab } from './tab.ts'
import { killWorker } from './worker.ts'

const PATH = '/oauth/api/step-up'

/** A login in a window of its own, as strong as the API has asked for. */
async function stepUp(tab: Tab, user = 'alice'): Promise<void> {
  const opening = tab.page.waitForEvent('popup')
  await tab.page.evaluate(() => window.login({ acrValues: 'urn:demo:mfa', maxAge: 60, popup: true }))
  const popup = await opening
  const closing = popup.waitForEvent('close')
  await enterName(popup, user)
  await closing
}

const statuses = (server: OAuthServer): number[] => server.calls(PATH).map(({ status }) => status)

test('the page learns what the API wants, gets the 401, and is answered after the step-up', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  expect((await tab.call(PATH, { method: 'POST', body: 'x' })).status).toBe(401)
  await expect
    .poll(() => tab.events('step-up-required'))
    .toEqual([{ type: 'step-up-required', isTrusted: false, acr_values: 'urn:demo:mfa', max_age: 60 }])

  await stepUp(tab)

  expect((await tab.call(PATH, { method: 'POST', body: 'x' })).body).toMatchObject({ user: 'alice' })
  expect(statuses(server)).toEqual([401, 200])
  expect(server.provider.stats).toMatchObject({ logins: 2, refreshes: 0 })
})

for (const dpop of [false, true])
  test.describe(`whenLoginRequired: 'hold'${dpop ? ', dpop: true' : ''}`, () => {
    test.use({ options: { broker: { whenLoginRequired: 'hold' }, oauth: { dpop } } })

    test('a form waits for the step-up in a popup, and is accepted once with its bytes', async ({
      tab,
      server,
    }) => {
      await logIn(tab, server)
      await startPost(tab.page, 'form', PATH, 'form')
      await expect.poll(() => tab.events('step-up-required')).toHaveLength(1)
      expect(await answered(tab.page)).toEqual([])

      await stepUp(tab)

      const answer = await finish(tab.page, 'form')
      expect(answer).toMatchObject({ status: 200, body: { method: 'POST', sha256: answer?.sent } })
      expect(statuses(server)).toEqual([401, 200])
      expect(await tab.events('login-required')).toEqual([])
    })
  })

test.describe("whenLoginRequired: 'hold'", () => {
  test.use({ options: { broker: { whenLoginRequired: 'hold', holdTimeout: 60 } } })

  test("another user's login settles it with the API's own 401", async ({ tab, server }) => {
    await logIn(tab, server)
    await startPost(tab.page, 'form', PATH, 'json')
    await expect.poll(() => tab.events('step-up-required')).toHaveLength(1)

    await stepUp(tab, 'bob')

    expect(await finish(tab.page, 'form')).toMatchObject({
      status: 401,
      body: { error: 'insufficient_user_authentication' },
    })
    expect(statuses(server)).toEqual([401])
  })

  test('a login that is too weak again gives the page the 401, and no loop', async ({ tab, server }) => {
    await logIn(tab, server)
    await startPost(tab.page, 'form', PATH, 'json')
    await expect.poll(() => tab.events('step-up-required')).toHaveLength(1)

    const opening = tab.page.waitForEvent('popup')
    await tab.page.evaluate(() => window.login({ popup: true }))
    await opening

    expect((await finish(tab.page, 'form'))?.status).toBe(401)
    expect(statuses(server)).toEqual([401, 401])
  })

  test('a refresh meanwhile lets nothing go: it cannot change how the user logged in', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    await startPost(tab.page, 'form', PATH, 'json')
    await expect.poll(() => tab.events('step-up-required')).toHaveLength(1)
    server.provider.revokeAccessTokens()
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)
    expect(server.provider.stats.refreshes).toBe(1)
    expect(await answered(tab.page)).toEqual([])

    await stepUp(tab)

    expect((await finish(tab.page, 'form'))?.status).toBe(200)
    expect(statuses(server)).toEqual([401, 200])
  })

  test('a worker that dies while it holds the call loses it not', async ({ tab, server }) => {
    await logIn(tab, server)
    await start(tab.page, 'held', PATH, { method: 'PUT', body: 'half a form' })
    await expect.poll(() => tab.events('step-up-required')).toHaveLength(1)
    await killWorker(tab.page)
    // The browser asks the next worker, which asks the API.
    await expect.poll(() => statuses(server)).toEqual([401, 401])

    await stepUp(tab)

    expect(await finish(tab.page, 'held')).toMatchObject({ status: 200, body: { bytes: 11 } })
    expect(statuses(server)).toEqual([401, 401, 200])
  })
})
