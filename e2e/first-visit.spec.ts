import { expect, test } from './test.ts'
import { Tab } from './tab.ts'
import { hardReload } from './worker.ts'

test('the very first visit can log in and call the API with plain fetch', async ({ tab, server }) => {
  expect((await tab.login()).status).toBe(200)
  const answer = await tab.call('/api/echo')

  expect(answer.body).toMatchObject({ user: 'alice', authorization: 'valid' })
  expect(await server.seen('/api/echo')).toMatchObject([{ token: 'valid', user: 'alice' }])
  expect(await tab.session()).toMatchObject({ status: 'active' })
})

test('after a hard reload the page is authenticated again', async ({ tab, server }) => {
  await tab.login()
  await hardReload(tab.page)
  await tab.ready()

  expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
  expect(await server.seen('/api/echo')).toMatchObject([{ token: 'valid' }])
})

test('a session outlives the page: a new tab is logged in at once', async ({ tab, openTab }) => {
  await tab.login()
  await tab.page.close()
  const next = await openTab()

  expect(await next.session()).toMatchObject({ status: 'active' })
  expect((await next.call('/api/orders')).status).toBe(200)
})

test('an app that registers its worker itself hands over the registration', async ({ openTab }) => {
  const tab = await openTab('/?own-registration')
  await tab.login()
  expect((await tab.call('/api/orders')).status).toBe(200)
})

test('two tabs that open for the first time at once are both controlled', async ({ openTab }) => {
  const [first, second] = await Promise.all([openTab(), openTab()])
  await first?.login()
  expect((await second?.call('/api/orders'))?.status).toBe(200)
})

test('routes in the Workbox router of an app go before its own', async ({ openTab, server }) => {
  const tab = await openTab('/?worker=/sw-composed.js')
  await tab.login()

  expect((await tab.call('/api/echo')).body).toMatchObject({ authorization: 'valid' })
  expect((await tab.call('/app-shell')).body).toBe('from the app itself')
  await server.revoke()
  expect((await tab.call('/api/echo', { method: 'PATCH', body: 'x' })).body).toMatchObject({
    method: 'PATCH',
    bytes: 1,
  })
})

test.describe('where no worker can be had', () => {
  const rejects = async (page: Tab['page'], url: string): Promise<string> => {
    await page.goto(url)
    return new Tab(page).outcome()
  }

  test('a missing worker script rejects with registration-failed', async ({ page, server }) => {
    expect(await rejects(page, `${server.url}/?worker=/missing.js`)).toBe('registration-failed')
  })

  test('a worker script that is a page rejects with registration-failed', async ({ page, server }) => {
    expect(await rejects(page, `${server.url}/?worker=/plain.html`)).toBe('registration-failed')
  })

  test('a worker that is no broker rejects with timeout', async ({ page, server }) => {
    server.deploy('plain.js', 'no-broker.js')
    expect(await rejects(page, `${server.url}/?worker=/no-broker.js&timeout=2`)).toMatch(
      /^(timeout|registration-failed)$/,
    )
  })

  test('a browser without service workers rejects with unsupported', async ({ page, server }) => {
    await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'))
    expect(await rejects(page, server.url)).toBe('unsupported')
  })

  test('an insecure origin rejects with insecure-context', async ({ page, server }) => {
    // The name is mapped to this machine by the browser alone; over http it is no trustworthy origin.
    await page.route('http://app.example/**', async (route) => {
      const url = new URL(route.request().url())
      await route.fulfill({ response: await route.fetch({ url: server.url + url.pathname + url.search }) })
    })
    expect(await rejects(page, 'http://app.example/')).toBe('insecure-context')
  })
})
