import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { stringIn } from './json.ts'
import { jsonOf, need, sessionIn, testServer } from './test-server.ts'

describe('main', () => {
  test('login answers like a token endpoint, and names the user', async () => {
    const server = await testServer({ accessTokenTtl: 42 })
    const response = await server.post('/auth/login', { username: 'bob', password: 'bob' })
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await jsonOf(response)).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 42,
      refresh_token: expect.any(String),
      scope: 'api',
      user: { name: 'bob' },
    })
  })

  test('the access token is a signed JWT that lives as long as it says', async () => {
    const server = await testServer({ accessTokenTtl: 42 })
    const { bearer } = await server.login()
    const token = need(bearer['Authorization']).slice('Bearer '.length)
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'JWT' })
    const { exp = 0, iat = 0, ...claims } = decodeJwt(token)
    expect(exp - iat).toBeCloseTo(42, 3)
    expect(claims).toEqual({
      iss: server.url,
      aud: `${server.url}/api`,
      sub: 'alice',
      name: 'alice',
      jti: expect.any(String),
      sid: expect.any(String),
    })
  })

  test.each([{ username: 'alice', password: 'bob' }, { username: 'eve', password: 'eve' }, {}])(
    'login refuses %o',
    async (body) => {
      const server = await testServer()
      const response = await server.post('/auth/login', body)
      expect(response.status).toBe(401)
      expect(await jsonOf(response)).toMatchObject({ error: 'invalid_credentials' })
    },
  )

  test('refresh rotates the token', async () => {
    const server = await testServer()
    const { refreshToken } = await server.login()
    const response = await server.post('/auth/refresh', { refresh_token: refreshToken })
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const next = await sessionIn(response)
    expect(next.refreshToken).not.toBe(refreshToken)
    expect((await server.get('/api/orders', next.bearer)).status).toBe(200)
    expect(server.state.stats.main).toMatchObject({ logins: 1, refreshes: 1, refreshAttempts: 1, reuse: 0 })
  })

  test('a reused refresh token ends the session', async () => {
    const server = await testServer()
    const { refreshToken } = await server.login()
    const next = await sessionIn(await server.post('/auth/refresh', { refresh_token: refreshToken }))
    for (const token of [refreshToken, next.refreshToken]) {
      const response = await server.post('/auth/refresh', { refresh_token: token })
      expect(response.status).toBe(400)
      expect(await jsonOf(response)).toEqual({ error: 'invalid_grant' })
    }
    expect((await server.get('/api/orders', next.bearer)).status).toBe(401)
    expect(server.state.stats.main).toMatchObject({ refreshes: 1, refreshAttempts: 3, reuse: 1 })
  })

  test('a reuse window is in seconds', async () => {
    const server = await testServer({ reuseWindow: 30 })
    const { refreshToken } = await server.login()
    for (let i = 0; i < 2; i++) {
      expect((await server.post('/auth/refresh', { refresh_token: refreshToken })).status).toBe(200)
    }
    expect(server.state.stats.main).toMatchObject({ refreshes: 2, reuse: 0 })
  })

  test('a refresh without a token is malformed', async () => {
    const server = await testServer()
    const response = await server.post('/auth/refresh')
    expect(response.status).toBe(400)
    expect(await jsonOf(response)).toEqual({ error: 'invalid_request' })
  })

  test('logout ends the session', async () => {
    const server = await testServer()
    const { refreshToken, bearer } = await server.login()
    const response = await server.post('/auth/logout', { refresh_token: refreshToken }, bearer)
    expect(response.status).toBe(204)
    expect((await server.post('/auth/refresh', { refresh_token: refreshToken })).status).toBe(400)
    expect((await server.get('/api/orders', bearer)).status).toBe(401)
    expect(server.state.stats.main).toMatchObject({ logouts: 1, reuse: 0 })
  })
})

describe('classic', () => {
  const credentials = { username: 'alice', password: 'alice' }

  test('speaks as the axios recipe does', async () => {
    const server = await testServer()
    const login = await jsonOf(await server.post('/classic/auth/login', credentials))
    expect(login).toEqual({
      token: expect.any(String),
      refreshToken: expect.any(String),
      user: { name: 'alice' },
    })

    const refresh = await server.post('/classic/auth/refresh', { token: login['refreshToken'] })
    const tokens = await jsonOf(refresh)
    expect(tokens).toEqual({
      token: expect.any(String),
      refreshToken: expect.any(String),
      user: { name: 'alice' },
    })
    const bearer = { Authorization: `Bearer ${stringIn(tokens, 'token')}` }
    expect((await server.get('/classic/api/orders', bearer)).status).toBe(200)

    const reuse = await server.post('/classic/auth/refresh', { token: login['refreshToken'] })
    expect(reuse.status).toBe(401)
    expect(await jsonOf(reuse)).toEqual({ message: expect.any(String) })
    const { main, classic } = server.state.stats
    expect(classic).toMatchObject({ logins: 1, refreshes: 1, refreshAttempts: 2, reuse: 1 })
    expect(main).toMatchObject({ logins: 0, refreshes: 0, refreshAttempts: 0, reuse: 0 })
  })

  test.each(['token', 'refresh_token'])('logout takes the refresh token as %s', async (member) => {
    const server = await testServer()
    const { refreshToken } = await jsonOf(await server.post('/classic/auth/login', credentials))
    expect((await server.post('/classic/auth/logout', { [member]: refreshToken })).status).toBe(204)
    expect((await server.post('/classic/auth/refresh', { token: refreshToken })).status).toBe(401)
  })

  test('has its own grants and its own audience', async () => {
    const server = await testServer()
    const { refreshToken, bearer } = await server.login()
    expect((await server.post('/classic/auth/refresh', { token: refreshToken })).status).toBe(401)
    expect((await server.get('/classic/api/orders', bearer)).status).toBe(401)
    expect((await server.get('/api/orders', bearer)).status).toBe(200)
  })
})

describe('cookie', () => {
  const HEADER = { 'X-SW-Token-Broker': '1' }

  async function login() {
    const server = await testServer({ accessTokenTtl: 42 })
    const response = await server.post('/cookie/auth/login', { username: 'alice', password: 'alice' })
    return { server, response, cookie: cookieIn(response) }
  }

  /** As a browser would send it back. */
  const cookieIn = (response: Response): string => need(response.headers.getSetCookie()[0]?.split(';')[0])

  test('the refresh token is where no script and no other site gets at it', async () => {
    const { response } = await login()
    expect(await jsonOf(response)).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 42,
      user: { name: 'alice' },
    })
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^refresh_token=[\w-]+; Path=\/cookie\/auth; HttpOnly; SameSite=Strict$/),
    ])
  })

  test('refresh rotates the cookie, and a reused one ends the session', async () => {
    const { server, cookie } = await login()
    const refreshed = await server.post('/cookie/auth/refresh', {}, { ...HEADER, Cookie: cookie })
    expect(refreshed.status).toBe(200)
    const next = cookieIn(refreshed)
    expect(next).not.toBe(cookie)
    const { access_token: token, refresh_token: inBody } = await jsonOf(refreshed)
    expect(inBody).toBeUndefined()
    const bearer = { Authorization: `Bearer ${String(token)}` }
    expect((await server.get('/cookie/api/orders', bearer)).status).toBe(200)
    expect((await server.get('/api/orders', bearer)).status).toBe(401)

    for (const spent of [cookie, next]) {
      const response = await server.post('/cookie/auth/refresh', {}, { ...HEADER, Cookie: spent })
      expect(response.status).toBe(401)
      expect(await jsonOf(response)).toEqual({ error: 'invalid_grant' })
    }
    expect((await server.get('/cookie/api/orders', bearer)).status).toBe(401)
    const { main, cookie: stats } = server.state.stats
    expect(stats).toMatchObject({ logins: 1, refreshes: 1, refreshAttempts: 3, reuse: 1, forgeries: 0 })
    expect(main).toMatchObject({ logins: 0, refreshes: 0, refreshAttempts: 0, reuse: 0 })
  })

  test.each<Record<string, string>>([{}, { 'X-SW-Token-Broker': '0' }])(
    'a refresh that a form could send (%o) spends nothing',
    async (headers) => {
      const { server, cookie } = await login()
      const forged = await server.post('/cookie/auth/refresh', {}, { ...headers, Cookie: cookie })
      expect(forged.status).toBe(403)
      expect(forged.headers.getSetCookie()).toEqual([])
      const real = await server.post('/cookie/auth/refresh', {}, { ...HEADER, Cookie: cookie })
      expect(real.status).toBe(200)
      expect(server.state.stats.cookie).toMatchObject({ forgeries: 1, refreshAttempts: 2, refreshes: 1 })
    },
  )

  test('a browser without the cookie has no session', async () => {
    const server = await testServer()
    const response = await server.post('/cookie/auth/refresh', {}, HEADER)
    expect(response.status).toBe(401)
    expect(await jsonOf(response)).toEqual({ error: 'invalid_grant' })
  })

  test('logout ends the session and takes the cookie back', async () => {
    const { server, cookie } = await login()
    const response = await server.post('/cookie/auth/logout', {}, { Cookie: cookie })
    expect(response.status).toBe(204)
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^refresh_token=; Max-Age=0; Path=\/cookie\/auth$/),
    ])
    const refused = await server.post('/cookie/auth/refresh', {}, { ...HEADER, Cookie: cookie })
    expect(refused.status).toBe(401)
    expect(server.state.stats.cookie).toMatchObject({ logouts: 1, reuse: 0 })
  })

  test('the log shows no cookie', async () => {
    const { server, cookie } = await login()
    await server.post('/cookie/auth/refresh', {}, { ...HEADER, Cookie: cookie })
    expect(server.state.stats.requests.at(-1)).toMatchObject({
      flavour: 'cookie',
      headers: { cookie: 'refresh_token=' },
    })
  })
})
