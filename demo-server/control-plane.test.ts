import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { isObject } from './json.ts'
import { jsonOf, sessionIn, testServer, until } from './test-server.ts'

describe('stats', () => {
  test('count what each flavour has seen', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    await server.get('/api/orders', bearer)
    await server.get('/api/orders')
    await server.get('/api/forbidden', bearer)
    await server.get('/classic/api/orders')
    await server.get('/cookie/api/public')
    const stats = await jsonOf(await server.get('/__demo/stats'))
    expect(stats['main']).toEqual({
      logins: 1,
      logouts: 0,
      refreshes: 0,
      refreshAttempts: 0,
      reuse: 0,
      forgeries: 0,
      maxConcurrentRefreshes: 0,
      api: { total: 3, withToken: 2, withoutToken: 1, ok: 1, unauthorized: 1 },
    })
    expect(stats['classic']).toMatchObject({ api: { total: 1, withoutToken: 1, unauthorized: 1 } })
    expect(stats['cookie']).toMatchObject({ api: { total: 1, withoutToken: 1, ok: 1 } })
  })

  test('list the requests, without their tokens', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    await server.get('/api/orders?call=1', { ...bearer, 'X-Demo-Call': '1' })
    await server.get('/elsewhere')
    const { requests } = await jsonOf(await server.get('/__demo/stats'))
    expect(requests).toMatchObject([
      { flavour: 'main', method: 'POST', path: '/auth/login', status: 200, token: 'none', user: null },
      {
        at: expect.any(Number),
        flavour: 'main',
        method: 'GET',
        path: '/api/orders?call=1',
        status: 200,
        token: 'valid',
        user: 'alice',
        headers: { authorization: 'Bearer', 'x-demo-call': '1' },
      },
      { flavour: 'other', path: '/elsewhere', status: 404 },
    ])
  })

  test('begin anew after a reset, which ends no session', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    await server.post('/__demo/faults', { target: 'api', status: 500 })
    expect((await server.post('/__demo/reset')).status).toBe(204)
    const stats = await jsonOf(await server.get('/__demo/stats'))
    expect(stats).toMatchObject({ main: { logins: 0 }, requests: [] })
    expect((await server.get('/api/orders', bearer)).status).toBe(200)
  })

  test('remember the last 2000 requests', async () => {
    const { state, get } = await testServer()
    await get('/first')
    const [first] = state.stats.requests
    for (let i = 0; i < 2000; i++) if (first !== undefined) state.stats.remember({ ...first, path: '/later' })
    expect(state.stats.requests).toHaveLength(2000)
    expect(state.stats.requests[0]).toMatchObject({ path: '/later' })
  })
})

describe('faults', () => {
  test('answer instead of the endpoint, so many times', async () => {
    const server = await testServer()
    const { refreshToken } = await server.login()
    const fault = {
      status: 429,
      headers: { 'Retry-After': '1' },
      body: '<p>Slow down',
      contentType: 'text/html',
    }
    await server.post('/__demo/faults', { target: 'refresh', times: 1, ...fault })
    const refused = await server.post('/auth/refresh', { refresh_token: refreshToken })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect(refused.headers.get('Content-Type')).toBe('text/html')
    expect(await refused.text()).toBe('<p>Slow down')
    expect((await server.post('/auth/refresh', { refresh_token: refreshToken })).status).toBe(200)
    expect(server.state.stats.main).toMatchObject({ refreshes: 1, refreshAttempts: 2 })
  })

  test.each(['login', 'logout', 'refresh'])('lie in wait at %s of one flavour', async (target) => {
    const server = await testServer()
    await server.post('/__demo/faults', { target, flavour: 'classic', status: 503 })
    expect((await server.post(`/classic/auth/${target}`)).status).toBe(503)
    expect((await server.post(`/auth/${target}`)).status).not.toBe(503)
    await server.post('/__demo/faults', { target, flavour: 'classic', clear: true })
    expect((await server.post(`/classic/auth/${target}`)).status).not.toBe(503)
  })

  test('delay', async () => {
    const server = await testServer()
    await server.post('/__demo/faults', { target: 'api', delay: 150 })
    const started = performance.now()
    expect((await server.get('/api/public')).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(140)
  })

  test('break the connection before the request is processed', async () => {
    const server = await testServer()
    const { refreshToken } = await server.login()
    await server.post('/__demo/faults', { target: 'refresh', drop: 'before', times: 1 })
    await expect(server.post('/auth/refresh', { refresh_token: refreshToken })).rejects.toThrow(TypeError)
    expect(server.state.stats.main).toMatchObject({ refreshAttempts: 1, refreshes: 0 })
    expect(server.state.stats.requests.at(-1)).toMatchObject({ path: '/auth/refresh', status: 0 })
    expect((await server.post('/auth/refresh', { refresh_token: refreshToken })).status).toBe(200)
  })

  test('break it afterwards: the token is spent and the answer lost', async () => {
    const server = await testServer()
    const { refreshToken } = await server.login()
    await server.post('/__demo/faults', { target: 'refresh', drop: 'after', times: 1 })
    await expect(server.post('/auth/refresh', { refresh_token: refreshToken })).rejects.toThrow(TypeError)
    expect(server.state.stats.main).toMatchObject({ refreshAttempts: 1, refreshes: 1, reuse: 0 })
    expect((await server.post('/auth/refresh', { refresh_token: refreshToken })).status).toBe(400)
    expect(server.state.stats.main).toMatchObject({ reuse: 1 })
  })

  test('keep no connection alive that a browser would repeat a request on', async () => {
    const server = await testServer()
    await server.post('/__demo/faults', { target: 'refresh', drop: 'after', times: 1 })
    expect((await server.get('/api/public')).headers.get('Connection')).toBe('close')
    await expect(server.post('/auth/refresh')).rejects.toThrow(TypeError)
    expect((await server.get('/api/public')).headers.get('Connection')).toBe('keep-alive')
  })

  test('close the connections that a browser has opened in advance', async () => {
    const server = await testServer()
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    // Only once the server has seen the connection, too.
    await server.get('/api/public')
    await server.post('/__demo/faults', { target: 'refresh', drop: 'before' })
    await closed
  })

  test('hold requests until the release', async () => {
    const server = await testServer()
    const sessions = [await server.login(), await server.login('bob')]
    await server.post('/__demo/faults', { target: 'refresh', hold: true })
    const answers = sessions.map(({ refreshToken }) =>
      server.post('/auth/refresh', { refresh_token: refreshToken }),
    )
    await until(() => server.state.stats.main.refreshAttempts === 2)
    expect(server.state.stats.main.refreshes).toBe(0)
    await server.post('/__demo/release')
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200)
    expect(server.state.stats.main).toMatchObject({ refreshes: 2, maxConcurrentRefreshes: 2 })
    expect((await server.post('/auth/refresh')).status).toBe(400)
  })

  test.each([
    ['a clearing', '/__demo/faults', { target: 'api', clear: true }],
    ['a replacement', '/__demo/faults', { target: 'api', delay: 1 }],
    ['a reset', '/__demo/reset', {}],
  ])('are let go by %s', async (_, path, command) => {
    const server = await testServer()
    await server.post('/__demo/faults', { target: 'api', hold: true, times: 1 })
    const answer = server.get('/api/public')
    await until(() => server.state.stats.main.api.total === 1)
    await server.post(path, command)
    expect((await answer).status).toBe(200)
  })

  test('a token that is revoked while its request is held is refused', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    await server.post('/__demo/faults', { target: 'api', hold: true })
    const answer = server.get('/api/orders', bearer)
    await until(() => server.state.stats.main.api.total === 1)
    await server.post('/__demo/revoke')
    await server.post('/__demo/release')
    expect((await answer).status).toBe(401)
    expect(server.state.stats.requests.at(-1)).toMatchObject({ token: 'revoked', user: 'alice' })
  })

  test.each([
    [{}, /"target" is needed/],
    [{ target: 'everything' }, /"target" takes one of refresh, api, login, logout/],
    [{ target: 'api', flavor: 'main' }, /"flavor" means nothing here/],
    [{ target: 'api', status: '503' }, /"status" takes a number/],
    [{ target: 'api', headers: { 'Retry-After': 1 } }, /"headers" takes an object of strings/],
  ])('%o is told what is wrong with it', async (command, message) => {
    const server = await testServer()
    const response = await server.post('/__demo/faults', command)
    expect(response.status).toBe(400)
    expect(await jsonOf(response)).toEqual({ error: expect.stringMatching(message) })
  })
})

describe('revoke and ttl', () => {
  test('revoke refuses the access tokens of one user; a refresh cures it', async () => {
    const server = await testServer()
    const [alice, bob] = [await server.login(), await server.login('bob')]
    expect((await server.post('/__demo/revoke', { user: 'alice' })).status).toBe(204)
    expect((await server.get('/api/orders', alice.bearer)).status).toBe(401)
    expect((await server.get('/api/orders', bob.bearer)).status).toBe(200)
    const next = await sessionIn(await server.post('/auth/refresh', { refresh_token: alice.refreshToken }))
    expect((await server.get('/api/orders', next.bearer)).status).toBe(200)
  })

  test('revoke with refresh ends the sessions of a flavour', async () => {
    const server = await testServer()
    const { refreshToken, bearer } = await server.login()
    await server.post('/__demo/revoke', { flavour: 'classic', refresh: true })
    expect((await server.get('/api/orders', bearer)).status).toBe(200)
    await server.post('/__demo/revoke', { flavour: 'main', refresh: true })
    expect((await server.get('/api/orders', bearer)).status).toBe(401)
    const response = await server.post('/auth/refresh', { refresh_token: refreshToken })
    expect(await jsonOf(response)).toEqual({ error: 'invalid_grant' })
  })

  test('ttl holds for the tokens issued from now on', async () => {
    const server = await testServer()
    expect((await server.post('/__demo/ttl', { seconds: 7 })).status).toBe(204)
    const login = await jsonOf(await server.post('/auth/login', { username: 'bob', password: 'bob' }))
    expect(isObject(login) && login['expires_in']).toBe(7)
    expect((await server.post('/__demo/ttl', { seconds: 0 })).status).toBe(400)
  })
})
