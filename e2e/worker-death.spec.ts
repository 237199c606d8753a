import { expect, finish, ONE_REFRESH, refreshCounts, start, test } from './test.ts'
import { killWorker } from './worker.ts'

const NO_REFRESH = { refreshes: 0, refreshAttempts: 0, reuse: 0 }

test('a worker killed before a refresh starts again with its session', async ({ tab, server }) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await killWorker(tab.page)

  expect((await tab.call('/api/echo')).status).toBe(200)
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('a worker killed after a refresh needs no other', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()
  expect((await tab.call('/api/echo')).status).toBe(200)
  await server.reset()
  await killWorker(tab.page)

  expect(
    (await tab.calls(['/api/echo?a', '/api/echo?b', '/api/echo?c'])).map(({ status }) => status),
  ).toEqual([200, 200, 200])
  expect(await refreshCounts(server)).toEqual(NO_REFRESH)
})

test('a worker killed while idle still knows the session', async ({ tab }) => {
  await tab.login()
  await killWorker(tab.page)
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('a worker killed while idle still logs out on the server', async ({ tab, server }) => {
  await tab.login()
  await killWorker(tab.page)
  await tab.logout()
  expect((await server.stats()).main.logouts).toBe(1)
})

test.describe('killed during a refresh, with a server that allows a repeat for a while', () => {
  test.use({ options: { reuseWindow: 60 } })

  test('before the server has answered: the page gets its answer all the same', async ({ tab, server }) => {
    await tab.login()
    await server.revoke()
    await server.fault({ target: 'refresh', hold: true, times: 1 })
    await start(tab.page, 'call', '/api/echo')
    await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

    await killWorker(tab.page)
    await server.release()

    expect(await finish(tab.page, 'call')).toMatchObject({ status: 200 })
    expect((await server.stats()).main.reuse).toBe(0)
    expect(await tab.session()).toMatchObject({ status: 'active' })
    expect(await tab.events('login-required')).toEqual([])
  })

  test('with its tab gone: the next POST finishes the refresh that was cut off, and is accepted once', async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab()
    await tab.login()
    await server.revoke()
    await server.fault({ target: 'refresh', hold: true, times: 1 })
    await start(tab.page, 'call', '/api/echo?gone')
    await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)
    await tab.page.close()
    await killWorker(other.page)

    const answer = await other.post('/api/echo', 'form')
    await server.release()

    expect(answer).toMatchObject({ status: 200, body: { sha256: answer.sent } })
    // By its age the old token is a good one, so the POST may go out with it beside the refresh.
    const tokens = (await server.seen('/api/echo')).map(({ token }) => token)
    expect(['valid', 'revoked valid']).toContain(tokens.join(' '))
    expect((await server.stats()).main.reuse).toBe(0)
  })

  test('after the server has rotated and before its answer came: the session is kept', async ({
    tab,
    server,
  }) => {
    await tab.login()
    await server.revoke()
    await server.fault({ target: 'refresh', drop: 'after', times: 1 })

    // The answer is lost, so the outcome of this call is a network error, or an answer by a later try.
    await tab.call('/api/echo?lost')
    await killWorker(tab.page)

    await expect.poll(async () => (await tab.call('/api/echo')).status, { timeout: 20_000 }).toBe(200)
    expect((await server.stats()).main.reuse).toBe(0)
    expect(await tab.events('login-required')).toEqual([])
  })
})

test('a refresh token whose successor was lost ends in one login-required, not in a loop', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', drop: 'after', times: 1 })

  await expect.poll(async () => (await tab.call('/api/echo')).status, { timeout: 20_000 }).toBe(401)

  expect(await tab.session()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })
  expect(await tab.events('login-required')).toHaveLength(1)
  expect(await refreshCounts(server)).toMatchObject({ refreshAttempts: 2, refreshes: 1 })
})
