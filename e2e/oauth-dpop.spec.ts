import { generateKeyPair, exportJWK, SignJWT } from 'jose'
import { createHash } from 'node:crypto'
import { expect, logIn, test } from './oauth/test.ts'
import { everythingStored } from './stored.ts'
import { killWorker } from './worker.ts'

for (const nonces of [false, true])
  test.describe(`dpop: true, servers ${nonces ? 'that want nonces' : 'without nonces'}`, () => {
    test.use({ options: { provider: { requireNonce: nonces }, oauth: { dpop: true } } })

    test('binds the tokens, and each sending has a proof of its own', async ({ tab, server }) => {
      if (nonces) server.api.nonce = 'first'
      await logIn(tab, server)
      expect((await tab.call('/oauth/api/echo?a=1')).body).toMatchObject({ user: 'alice', scheme: 'DPoP' })
      expect(
        (await tab.call('/oauth/api/echo', { method: 'POST', body: 'x'.repeat(1000) })).body,
      ).toMatchObject({ method: 'POST', bytes: 1000 })
      server.provider.revokeAccessTokens()
      if (nonces) server.api.nonce = 'second'

      const answer = await tab.call('/oauth/api/echo?replayed', { method: 'PUT', body: 'xy' })

      // A proof with an outdated nonce, one with a refused token and one with a new token.
      expect(answer.body).toMatchObject({ method: 'PUT', bytes: 2 })
      expect(server.provider.stats).toMatchObject({ logins: 1, refreshes: 1, bound: 2, reuse: 0 })
      const proofs = server.api.calls.map(({ proof }) => proof)
      expect(proofs).not.toContain(undefined)
      expect(new Set(proofs).size).toBe(proofs.length)
      expect(server.provider.stats.errors.filter((error) => error !== 'use_dpop_nonce')).toEqual([])
    })

    test('20 calls at once are all answered', async ({ tab, server }) => {
      if (nonces) server.api.nonce = 'first'
      await logIn(tab, server)
      const answers = await tab.calls(
        Array.from({ length: 20 }, (_, index) => `/oauth/api/echo?call=${index}`),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(server.provider.stats.refreshes).toBe(0)
    })
  })

test.describe('dpop: true', () => {
  test.use({ options: { oauth: { dpop: true } } })

  test('an API that is never content with a nonce is asked twice, and costs no refresh', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    let nonces = 0
    Object.defineProperty(server.api, 'nonce', { get: () => `nonce-${nonces++}` })

    const answer = await tab.call('/oauth/api/echo')

    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('use_dpop_nonce')
    expect(server.api.calls).toHaveLength(2)
    expect(server.provider.stats.refreshes).toBe(0)
    expect(await tab.session()).toMatchObject({ status: 'active' })
  })

  test('a call that is refused for good has one refresh and one replay', async ({ tab, server }) => {
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/always-401')).status).toBe(401)
    expect(server.calls('/oauth/api/always-401')).toHaveLength(2)
    expect(server.provider.stats.refreshes).toBe(1)
  })

  test('stolen DPoP-bound token: dead with the thief’s key, and alive for a script that runs here', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    const token = /"accessToken":"([^"]+)"/.exec(JSON.stringify(await everythingStored(tab.page)))?.[1] ?? ''
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const url = `${server.url}/oauth/api/echo`
    const proof = await new SignJWT({
      htm: 'GET',
      htu: url,
      ath: createHash('sha256').update(token).digest('base64url'),
      jti: crypto.randomUUID(),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey)
    const stolen = await fetch(url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
    expect(stolen.status).toBe(401)
    expect(await stolen.text()).toContain('another key')

    // What DPoP does not change: a script of the origin has the worker, and the key's use.
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)
  })

  test('a clock that is an hour off costs one more sending', async ({ tab, server }) => {
    server.api.clockOffset = 3_600_000
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/echo?first')).status).toBe(200)
    expect((await tab.call('/oauth/api/echo?second')).status).toBe(200)

    expect(server.calls('/oauth/api/echo?first').map(({ status }) => status)).toEqual([401, 200])
    expect(server.calls('/oauth/api/echo?second').map(({ status }) => status)).toEqual([200])
    expect(server.provider.stats.refreshes).toBe(0)
  })

  test('the key cannot be exported, and what is stored opens nothing with another key', async ({
    tab,
    server,
  }) => {
    await logIn(tab, server)
    const exported = await tab.page.evaluate(async () => {
      const opening = indexedDB.open('sw-token-broker:default')
      const database = await new Promise<IDBDatabase>((resolve) => {
        opening.onsuccess = () => resolve(opening.result)
      })
      const reading = database.transaction('broker').objectStore('broker').get('dpop-key')
      const pair: CryptoKeyPair = await new Promise((resolve) => {
        reading.onsuccess = () => resolve(reading.result)
      })
      database.close()
      return {
        extractable: pair.privateKey.extractable,
        jwk: await crypto.subtle.exportKey('jwk', pair.privateKey).catch((error: unknown) => String(error)),
      }
    })
    expect(exported).toEqual({ extractable: false, jwk: expect.stringContaining('InvalidAccessError') })

    const token = /"accessToken":"([^"]+)"/.exec(JSON.stringify(await everythingStored(tab.page)))?.[1]
    const asBearer = await fetch(`${server.url}/oauth/api/echo`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(asBearer.status).toBe(401)
  })
})

test.describe('dpop: true, in a browser that cannot store a key', () => {
  const prelude = `
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (value, ...rest) {
      if (value?.privateKey) throw new DOMException('A key cannot be cloned', 'DataCloneError')
      return put.call(this, value, ...rest)
    }`
  test.use({ options: { oauth: { dpop: true }, prelude } })

  test('says so, works, and ends with the worker in one login-required', async ({ tab, openTab, server }) => {
    const other = await openTab()
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ scheme: 'DPoP' })
    await expect.poll(() => other.events('broker-error')).toMatchObject([{ code: 'dpop-key-not-kept' }])

    await killWorker(tab.page)

    expect((await tab.call('/oauth/api/echo')).status).toBe(401)
    await expect.poll(() => tab.events('login-required')).toHaveLength(1)
    expect(await tab.session()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)
  })
})

test.describe("dpop: 'refresh-token'", () => {
  test.use({ options: { provider: { bindAccessTokens: false }, oauth: { dpop: 'refresh-token' } } })

  test('an API that knows no DPoP works, and the refresh token is bound', async ({ tab, server }) => {
    await logIn(tab, server)
    expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice', scheme: 'Bearer' })
    server.provider.revokeAccessTokens()
    expect((await tab.call('/oauth/api/echo')).status).toBe(200)

    expect(server.provider.stats).toMatchObject({ refreshes: 1, errors: [] })
    expect(server.api.calls.map(({ proof }) => proof)).toEqual([undefined, undefined, undefined])
    const token = /"refreshToken":"([^"]+)"/.exec(JSON.stringify(await everythingStored(tab.page)))?.[1]
    const stolen = await fetch(`${server.provider.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'demo-app',
        refresh_token: token ?? '',
      }),
    })
    expect(stolen.status).toBe(400)
  })
})

test.describe('dpop: true, on a machine whose clock is ten minutes slow', () => {
  const prelude = 'const { now } = Date; Date.now = () => now.call(Date) - 600_000'
  for (const requireNonce of [false, true])
    test.describe(requireNonce ? 'with nonces' : 'without nonces', () => {
      test.use({ options: { provider: { requireNonce }, oauth: { dpop: true }, prelude } })

      test('the provider’s Date sets its proofs right, for login and refresh', async ({ tab, server }) => {
        await logIn(tab, server)
        expect((await tab.call('/oauth/api/echo')).body).toMatchObject({ user: 'alice', scheme: 'DPoP' })
        server.provider.revokeAccessTokens()
        expect((await tab.call('/oauth/api/echo')).status).toBe(200)

        expect(server.provider.stats).toMatchObject({ logins: 1, refreshes: 1, reuse: 0 })
        expect(await tab.events('login-required')).toEqual([])
      })
    })
})
