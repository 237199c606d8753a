import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CLIENT_ID } from './identity-provider.ts'
import type { IdentityProviderOptions } from './identity-provider.ts'
import { isObject, stringIn } from './json.ts'
import { need, testServer } from './test-server.ts'

async function start(identityProvider: IdentityProviderOptions = {}) {
  const server = await testServer({ identityProvider })
  const { provider, api } = need(server.oauth)
  const cookies = new Map<string, string>()

  /** What a browser does, as far as a login needs it. */
  async function visit(url: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('Location')
    if (location === null) return response
    const next = new URL(location, url)
    return next.origin === provider.url ? visit(next.href) : response
  }

  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = `${server.url}/auth/callback`
  const request = (): URL => {
    const url = new URL('/auth', provider.url)
    const parameters = {
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid offline_access api',
      state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
    return url
  }
  async function token(form: Record<string, string>) {
    const response = await fetch(`${provider.url}/token`, {
      method: 'POST',
      headers: { Origin: server.url },
      body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
    })
    const body: unknown = await response.json()
    return { status: response.status, body: isObject(body) ? body : {}, headers: response.headers }
  }
  async function logIn(name = 'alice') {
    const url = new URL('/login/', provider.url)
    let page = ''
    const asked = await visit(request().href)
    page = asked.url
    expect(page.startsWith(url.href)).toBe(true)
    const back = await visit(page, { name, password: name })
    const callback = new URL(need(back.headers.get('Location') ?? undefined))
    return { callback, code: need(callback.searchParams.get('code') ?? undefined) }
  }
  const exchange = (code: string) =>
    token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri })
  const refresh = (refreshToken: string) =>
    token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  return { server, provider, api, visit, request, logIn, exchange, refresh }
}

const memberOf = (body: Record<string, unknown>, name: string): string => need(stringIn(body, name))

test('a login brings tokens that open the API, and says who issued the code', async () => {
  const { server, provider, logIn, exchange } = await start()
  const { callback, code } = await logIn()
  expect(callback.searchParams.get('iss')).toBe(provider.url)
  const { body, headers } = await exchange(code)

  expect(headers.get('Access-Control-Allow-Origin')).toBe(server.url)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 30 })
  const answer = await server.get('/oauth/api/echo', {
    Authorization: `Bearer ${memberOf(body, 'access_token')}`,
  })
  expect(await answer.json()).toMatchObject({ user: 'alice', scheme: 'Bearer' })
  expect(provider.stats).toMatchObject({ logins: 1, bound: 0, errors: [] })
})

test('a refresh token is good once, and its reuse ends the session', async () => {
  const { provider, logIn, exchange, refresh } = await start()
  const first = memberOf((await exchange((await logIn()).code)).body, 'refresh_token')
  const second = memberOf((await refresh(first)).body, 'refresh_token')
  expect(await refresh(first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await refresh(second)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(provider.stats).toMatchObject({ refreshes: 1, reuse: 1 })
})

test('an authorization request without PKCE is refused', async () => {
  const { visit, request } = await start()
  const plain = request()
  plain.searchParams.delete('code_challenge')
  plain.searchParams.delete('code_challenge_method')
  const location = (await visit(plain.href)).headers.get('Location') ?? ''
  expect(new URL(location).searchParams.get('error')).toBe('invalid_request')
})

describe('the API', () => {
  test('refuses tokens from before a revocation, and what is none', async () => {
    const { server, provider, logIn, exchange } = await start()
    const bearer = {
      Authorization: `Bearer ${memberOf((await exchange((await logIn()).code)).body, 'access_token')}`,
    }
    expect((await server.get('/oauth/api/orders', bearer)).status).toBe(200)
    provider.revokeAccessTokens()
    const refused = await server.get('/oauth/api/orders', bearer)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('WWW-Authenticate')).toContain('invalid_token')
    expect((await server.get('/oauth/api/orders', { Authorization: 'Bearer x' })).status).toBe(401)
    expect((await server.get('/oauth/api/orders')).headers.get('WWW-Authenticate')).toContain('DPoP')
  })
})

test('the login page names its fields, and refuses a wrong password', async () => {
  const { visit, request } = await start()
  const page = await visit(request().href)
  expect(await page.text()).toContain('<label for="name">')
  const again = await visit(page.url, { name: 'alice', password: 'wrong' })
  expect(again.status).toBe(401)
  expect(await again.text()).toContain('role="alert"')
})
