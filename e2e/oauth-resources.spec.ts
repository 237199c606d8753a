// Several APIs, one login: a token per API (RFC 8707), all got with one refresh token that every request rotates.
import type { OAuthServer } from './oauth/server.ts'
import { expect, logIn, test as oauthTest } from './oauth/test.ts'
import { everythingStored, shiftSession } from './stored.ts'
import { finish, start } from './test.ts'
import { killWorker } from './worker.ts'

const FILES = 'urn:demo:files'

interface Deployment {
  isNamed?: boolean
  dpop?: boolean
  broker?: Record<string, string>
}

/** Both APIs, each with its resource indicator. */
function deploy(server: OAuthServer, { isNamed = true, broker = {}, ...oauth }: Deployment) {
  server.deploy({
    oauth: {
      scope: 'openid offline_access profile api files',
      resources: { [`${server.files.url}/`]: FILES },
      ...(isNamed && { parameters: { resource: server.provider.audience } }),
      ...oauth,
    },
    broker: { protect: ['/oauth/api/', `${server.files.url}/`], ...broker },
  })
}

const test = oauthTest.extend<{ dpop: boolean; deployment: Deployment }>({
  dpop: [false, { option: true }],
  deployment: [{}, { option: true }],
  server: async ({ server, dpop, deployment }, use) => {
    deploy(server, { dpop, ...deployment })
    await use(server)
  },
})

/** Lets so much time pass for every token that is stored, ms. */
async function age(page: Parameters<typeof killWorker>[0], by: number): Promise<void> {
  await killWorker(page)
  await shiftSession(page, -by)
}

for (const dpop of [false, true])
  test.describe(`dpop: ${dpop}`, () => {
    test.use({ dpop })

    test('each API gets a token of its own, and the others never see it', async ({ tab, server }) => {
      const { provider, files, api } = server
      if (dpop) files.nonce = 'of the files'
      await logIn(tab, server)
      const scheme = dpop ? 'DPoP' : 'Bearer'
      for (let call = 0; call < 2; call++) {
        expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice', scheme })
        expect((await tab.call(`${files.url}/echo`)).body).toMatchObject({ user: 'alice', scheme })
      }
      // The code is exchanged for the first, and the first call mints the second. A token made out to the other API
      // would have been refused.
      expect(provider.stats).toMatchObject({
        minted: { [provider.audience]: 1, [FILES]: 1 },
        refreshes: 1,
        errors: [],
      })
      expect(api.calls.map(({ status }) => status)).toEqual([200, 200])
      expect(files.calls.map(({ status }) => status)).toEqual(dpop ? [401, 200, 200] : [200, 200])
    })

    const calls = dpop ? 40 : 200
    test(`${calls} calls of two tabs to two APIs with expired tokens are one token request each`, async ({
      tab,
      openTab,
      server,
    }) => {
      const { provider, files } = server
      await logIn(tab, server)
      const other = await openTab()
      expect((await tab.call(`${files.url}/echo`)).status).toBe(200)
      await age(tab.page, 400_000)
      const before = { ...provider.stats.minted }
      const urls = Array.from(
        { length: calls / 2 },
        (_, index) => `${index % 2 ? files.url : '/oauth/api'}/echo?call=${index}`,
      )

      const answers = (await Promise.all([tab.calls(urls), other.calls(urls)])).flat()

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(before).toEqual({ [provider.audience]: 1, [FILES]: 1 })
      expect(provider.stats).toMatchObject({
        minted: { [provider.audience]: 2, [FILES]: 2 },
        maxConcurrentTokenRequests: 1,
        reuse: 0,
        errors: [],
      })
      for (const each of [tab, other]) expect(await each.events('login-required')).toEqual([])
    })

    test('a token that one API refuses is replaced, and only that one', async ({ tab, server }) => {
      const { provider, files } = server
      await logIn(tab, server)
      await tab.call(`${files.url}/echo`)
      provider.revokeAccessTokens(FILES)

      const answer = await tab.call(`${files.url}/echo?replayed`, { method: 'POST', body: 'x' })
      expect(answer.body).toMatchObject({ user: 'alice', bytes: 1 })
      expect((await tab.call('/oauth/api/echo')).status).toBe(200)

      expect(provider.stats).toMatchObject({
        minted: { [provider.audience]: 1, [FILES]: 2 },
        errors: [],
      })
      expect(files.calls.map(({ status }) => status)).toEqual([200, 401, 200])
      provider.revokeAccessTokens(provider.audience)
      expect((await tab.call('/oauth/api/echo')).status).toBe(200)
      expect((await tab.call(`${files.url}/echo`)).status).toBe(200)
      expect(provider.stats).toMatchObject({ minted: { [provider.audience]: 2, [FILES]: 2 }, reuse: 0 })
    })
  })

test('a token that is due is used at once, and replaced beside', async ({ tab, server }) => {
  const { provider, files } = server
  await logIn(tab, server)
  await tab.call(`${files.url}/echo`)
  await age(tab.page, 275_000)
  provider.faults.set('token', { hold: true })

  expect((await tab.call(`${files.url}/echo`)).status).toBe(200)
  await expect.poll(() => provider.stats.tokenRequests).toBe(3)
  provider.faults.clear()
  await expect.poll(() => provider.stats.minted).toEqual({ [provider.audience]: 1, [FILES]: 2 })
})

test('a logout takes the tokens of every API', async ({ tab, server }) => {
  await logIn(tab, server)
  await tab.call(`${server.files.url}/echo`)
  await tab.page.goto(`${server.url}/auth/logout`)
  await tab.page.getByRole('button', { name: 'Stay logged in here' }).click()
  await tab.page.waitForURL(`${server.url}/`)
  await tab.ready()

  expect((await tab.call(`${server.files.url}/echo`)).status).toBe(401)
  expect(server.files.calls.map(({ scheme }) => scheme)).toEqual(['Bearer', ''])
  expect(JSON.stringify(await everythingStored(tab.page))).not.toContain('accessToken')
})

test("another user's call has a token of that user", async ({ tab, server }) => {
  await logIn(tab, server)
  expect((await tab.call(`${server.files.url}/echo`)).body).toMatchObject({ user: 'alice' })
  server.provider.endSessions()
  await logIn(tab, server, 'bob')

  expect((await tab.call(`${server.files.url}/echo`)).body).toMatchObject({ user: 'bob' })
  expect(server.provider.stats.minted).toMatchObject({ [FILES]: 2 })
})

test('a worker killed while it mints a token goes on with it, and no session is lost', async ({
  tab,
  server,
}) => {
  const { provider, files } = server
  await logIn(tab, server)
  provider.faults.set('token', { hold: true, drop: 'before', times: 1 })
  await start(tab.page, 'call', `${files.url}/echo`)
  await expect.poll(() => provider.stats.tokenRequests).toBe(2)

  await killWorker(tab.page)
  provider.faults.release()

  expect(await finish(tab.page, 'call')).toMatchObject({ status: 200 })
  expect((await tab.call('/oauth/api/echo')).status).toBe(200)
  expect(provider.stats).toMatchObject({ minted: { [FILES]: 1 }, reuse: 0 })
  expect(await tab.events('login-required')).toEqual([])
})

test('a session that the provider has ended is one login-required, whichever API finds out', async ({
  tab,
  server,
}) => {
  await logIn(tab, server)
  server.provider.endSessions()
  const answers = await tab.calls(['/oauth/api/echo', `${server.files.url}/echo`])
  expect(answers.map(({ status }) => status)).toEqual([401, 401])
  await expect.poll(() => tab.events('login-required')).toHaveLength(1)
  expect(server.provider.stats.errors).toEqual(['invalid_grant'])
})

test.describe("whenLoginRequired: 'hold'", () => {
  test.use({ deployment: { broker: { whenLoginRequired: 'hold' } } })

  test('a call that a lost session broke goes out with the token of the new login for its API', async ({
    tab,
    openTab,
    server,
  }) => {
    await logIn(tab, server)
    await tab.call(`${server.files.url}/echo`)
    const other = await openTab()
    server.provider.endSessions()
    await start(tab.page, 'call', `${server.files.url}/echo?held`, { method: 'POST', body: 'x' })
    await expect.poll(() => tab.events('login-required')).toHaveLength(1)

    await logIn(other, server)

    expect(await finish(tab.page, 'call')).toMatchObject({ status: 200, body: { user: 'alice', bytes: 1 } })
    expect(server.files.calls.map(({ scheme, status }) => [scheme, status])).toEqual([
      ['Bearer', 200],
      ['Bearer', 401],
      ['Bearer', 200],
    ])
  })
})

test.describe('where the login names no API', () => {
  test.use({ deployment: { isNamed: false } })

  test('a server that grants both by itself is enough', async ({ tab, server }) => {
    const { settings, audience } = server.provider
    settings.onAuthorization = ({ searchParams }) => {
      expect(searchParams.getAll('resource')).toEqual([])
      for (const api of [audience, FILES]) searchParams.append('resource', api)
    }
    await logIn(tab, server)
    for (const url of ['/oauth/api/echo', `${server.files.url}/echo`])
      expect((await tab.call(url)).body).toMatchObject({ user: 'alice' })
  })

  test('a server that does not grant the other one is said to the pages, and the session goes on', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    expect((await tab.call(`${server.files.url}/echo`)).status).toBe(503)
    await expect
      .poll(() => tab.events('broker-error'))
      .toMatchObject([{ code: 'refresh-misconfigured', error: 'invalid_target' }])

    expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice' })
    // Tried once: a mistake in the set-up is no cause for a loop.
    expect((await tab.call(`${server.files.url}/echo`)).status).toBe(503)
    expect(server.provider.stats.errors).toHaveLength(1)
    expect(await tab.session()).toMatchObject({ status: 'active' })
  })
})
