import { hardReload } from './worker.ts'
import { logInBefore, seenByServer, StoredAppPage } from './stored-app.ts'
import { expect, test } from './test.ts'
import { Tab } from './tab.ts'

test('a hard reload at every step: no placeholder reaches the server, and nobody is logged out', async ({
  context,
  server,
}) => {
  const app = await StoredAppPage.open(context, server)
  const reload = async () => {
    await hardReload(app.page)
    return app.started()
  }
  expect(await reload()).toMatchObject({ status: 401 })

  await app.login()
  expect(await reload()).toMatchObject({ status: 200, body: { user: 'alice' } })
  expect(await app.get('/echo')).toMatchObject({ status: 200, body: { user: 'alice' } })

  // The access token has died.
  await server.revoke()
  expect(await reload()).toMatchObject({ status: 200, body: { user: 'alice' } })
  // The app refreshes what the broker has refreshed already.
  expect(await app.refresh()).toMatchObject({ status: 200 })
  expect(await reload()).toMatchObject({ status: 200, body: { user: 'alice' } })

  expect(await app.logouts()).toBe(0)
  expect(await seenByServer(server)).toMatchObject({ logins: 1, refreshes: 1, refreshAttempts: 1, reuse: 0 })
  expect((await seenByServer(server)).tokens).not.toContain('placeholder')

  await app.logout()
  await server.reset()
  expect(await reload()).toMatchObject({ status: 401 })
  expect((await seenByServer(server)).tokens).toEqual(['none'])
})

test('a hard reload while a refresh is on its way', async ({ context, server }) => {
  const app = await StoredAppPage.open(context, server)
  await app.login()
  await server.revoke()
  await server.fault({ target: 'refresh', flavour: 'classic', hold: true })
  const call = app.get('/echo').catch(() => undefined)
  await expect.poll(async () => (await seenByServer(server)).refreshAttempts).toBe(1)

  await hardReload(app.page)
  await server.release()

  expect(await app.started()).toMatchObject({ status: 200, body: { user: 'alice' } })
  await call
  expect(await seenByServer(server)).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  expect((await seenByServer(server)).tokens).not.toContain('placeholder')
})

test('a placeholder that an uncontrolled page sent to the server does not end the session', async ({
  context,
  server,
}) => {
  const app = await StoredAppPage.open(context, server)
  await app.login()
  const { token } = await app.tokens()
  const other = await StoredAppPage.open(context, server, 'no-broker')
  await hardReload(other.page)
  await other.started()
  // An app that does not wait for its worker throws its tokens away.
  expect(await other.logouts()).toBe(1)

  const tab = await Tab.open(context, `${server.url}/?worker=/sw-classic.js`)
  expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
  // Whoever still has the placeholders goes on.
  const answer = await tab.call('/classic/api/echo', { headers: { Authorization: `Bearer ${token}` } })
  expect(answer.body).toMatchObject({ user: 'alice' })
})

test('a hard reload at the roll-out: the session from before goes on', async ({ context, server }) => {
  const app = await logInBefore(context, server)
  await app.visit('adopt')
  await hardReload(app.page)

  expect(await app.started()).toMatchObject({ status: 200, body: { user: 'alice' } })
  expect(await app.logouts()).toBe(0)
})
