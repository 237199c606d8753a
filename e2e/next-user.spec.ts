import { seenByServer, StoredAppPage } from './stored-app.ts'
import { expect, test } from './test.ts'

const OWN_STORAGE = 'keep=session'

test.describe("a logout that only clears the app's storage", () => {
  test('leaves the calls after it anonymous, and untouched', async ({ context, server }) => {
    const app = await StoredAppPage.open(context, server, OWN_STORAGE)
    await app.login('alice')
    await app.logout()
    await server.reset()

    expect((await app.get('/public')).body).toMatchObject({ user: null })
    expect(await app.get('/echo')).toMatchObject({ status: 401 })
    expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0, tokens: ['none'] })
  })

  test('is no obstacle to another user in another tab: nobody gets what is not his', async ({
    context,
    server,
  }) => {
    const [out, left, next] = [
      await StoredAppPage.open(context, server, OWN_STORAGE),
      await StoredAppPage.open(context, server, OWN_STORAGE),
      await StoredAppPage.open(context, server, OWN_STORAGE),
    ]
    await out.login('alice')
    const tokens = await out.tokens()
    // A tab that alice has forgotten.
    await left.page.evaluate(
      (pair) => {
        for (const [key, value] of Object.entries(pair)) sessionStorage.setItem(key, value)
      },
      { ...tokens },
    )
    await out.logout()
    await next.login('bob')
    await server.reset()

    expect((await out.get('/public')).body).toMatchObject({ user: null })
    expect((await next.get('/echo?bob')).body).toMatchObject({ user: 'bob' })
    expect(await left.get('/echo?alice')).toMatchObject({ status: 401 })

    expect(await server.seen('/classic/api/public')).toMatchObject([{ token: 'none', user: null }])
    expect((await server.seen('/classic/api/echo?alice')).map(({ user }) => user)).not.toContain('bob')
    // Its own refresh is told that the session is over, and the app goes to its login.
    expect(await left.logouts()).toBe(1)
    expect(await seenByServer(server)).toMatchObject({ refreshAttempts: 0 })
    expect((await next.get('/echo?still')).body).toMatchObject({ user: 'bob' })
  })

  test("a call that was on its way is not finished with the next user's token", async ({
    context,
    server,
  }) => {
    const app = await StoredAppPage.open(context, server, OWN_STORAGE)
    const next = await StoredAppPage.open(context, server, OWN_STORAGE)
    await app.login('alice')
    await server.reset()
    await server.fault({ target: 'api', flavour: 'classic', hold: true, times: 1 })
    const call = app.get('/echo?late')
    await expect.poll(async () => (await server.seen('/classic/api/echo?late')).length).toBe(1)

    await server.revoke({ flavour: 'classic', user: 'alice' })
    await app.logout()
    await next.login('bob')
    await server.release()

    expect(await call).toMatchObject({ status: 401 })
    expect((await server.seen('/classic/api/echo?late')).map(({ user }) => user)).not.toContain('bob')
  })
})
