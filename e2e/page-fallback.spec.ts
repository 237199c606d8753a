import { expect, expireSession, ONE_REFRESH, refreshCounts, test as base } from './test.ts'
import { Tab } from './tab.ts'

const FALLBACK = '/?fallback=page'

const test = base.extend({
  tab: async ({ page, server }, use) => {
    const tab = new Tab(page)
    await tab.goto(server.url + FALLBACK)
    await use(tab)
  },
})

/** As an app of 2012 calls an API. */
function xhr(tab: Tab, url: string, init: { method?: string; body?: string; responseType?: 'json' } = {}) {
  return tab.page.evaluate(
    ([to, { method = 'GET', body = null, responseType }]) =>
      new Promise<{ status: number; text: unknown; type: string | null; events: string[] }>((resolve) => {
        const request = new XMLHttpRequest()
        const events: string[] = []
        request.open(method, to)
        if (responseType) request.responseType = responseType
        for (const type of ['loadstart', 'load', 'error', 'abort'])
          request.addEventListener(type, () => events.push(type))
        request.onreadystatechange = () => events.push(String(request.readyState))
        request.onloadend = () =>
          resolve({
            status: request.status,
            text: request.response,
            type: request.getResponseHeader('content-type'),
            events,
          })
        request.send(body)
      }),
    [url, init] as const,
  )
}

test.describe('where workers are blocked', () => {
  test.use({ serviceWorkers: 'block' })

  test('without the option the app is told', async ({ page, server }) => {
    await page.goto(server.url)
    expect(await new Tab(page).outcome()).toBe('registration-failed')
  })

  test('login, calls, replay after a 401 and logout are as with a worker', async ({ tab, server }) => {
    const answer = await tab.login()
    expect(JSON.stringify(answer.body)).toContain('held-by-sw-token-broker')
    expect(await tab.session()).toMatchObject({ status: 'active', subject: 'alice' })
    expect((await tab.call('/api/echo')).body).toMatchObject({ user: 'alice' })
    await server.reset()

    await server.revoke()
    const answers = await tab.calls(Array.from({ length: 10 }, (_, index) => `/api/echo?${index}`))
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200))
    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
    expect(await tab.post('/api/echo', 'form')).toMatchObject({ status: 200 })

    await tab.logout()
    expect(await tab.session()).toEqual({ status: 'anonymous' })
    expect((await server.stats()).main.logouts).toBe(1)
    await tab.call('/api/echo?after')
    expect(await server.seen('/api/echo?after')).toMatchObject([{ token: 'none' }])
  })

  test('an XMLHttpRequest gets its token, its replay and all of its events', async ({ tab, server }) => {
    await tab.login()
    await server.revoke()
    await server.reset()

    const answer = await xhr(tab, '/api/echo', { responseType: 'json' })

    expect(answer).toMatchObject({ status: 200, text: { user: 'alice' } })
    expect(answer.type).toContain('application/json')
    expect(answer.events.filter((event) => event !== '3')).toEqual(['loadstart', '2', '4', 'load'])
    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
    const sent = await xhr(tab, '/api/echo', { method: 'POST', body: 'Grüße' })
    expect(sent).toMatchObject({ status: 200 })
    // What is not ours is the browser's own business.
    expect(await xhr(tab, '/index.html')).toMatchObject({ status: 200 })
  })

  test('a tab that closes or a call that is aborted rejects at once', async ({ tab, server }) => {
    await tab.login()
    await server.revoke()
    await server.fault({ target: 'refresh', hold: true })
    const outcome = tab.page.evaluate(async () => {
      const controller = new AbortController()
      const call = fetch('/api/echo', { signal: controller.signal }).catch((error: Error) => error.name)
      setTimeout(() => controller.abort(), 200)
      return call
    })
    expect(await outcome).toBe('AbortError')
    await server.release()
    expect((await tab.call('/api/echo')).status).toBe(200)
  })

  test('two tabs with an expired token make one refresh, and tell each other', async ({
    tab,
    openTab,
    server,
  }) => {
    await expireSession(tab, server)
    await tab.goto(server.url + FALLBACK)
    const other = await openTab(FALLBACK)
    const urls = (name: string) => Array.from({ length: 10 }, (_, index) => `/api/echo?${name}${index}`)
    const answers = await Promise.all([tab.calls(urls('a')), other.calls(urls('b'))])
    expect(answers.flat().map(({ status }) => status)).toEqual(Array<number>(20).fill(200))
    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)

    await tab.logout()
    await expect
      .poll(async () => (await other.events('session-changed')).at(-1))
      .toMatchObject({ session: { status: 'anonymous' } })
    expect(await other.session()).toEqual({ status: 'anonymous' })
  })

  test('a lost session is told in every tab, once', async ({ tab, openTab, server }) => {
    const other = await openTab(FALLBACK)
    await tab.login()
    await server.revoke({ refresh: true })
    expect((await tab.call('/api/echo')).status).toBe(401)
    for (const each of [tab, other])
      await expect.poll(() => each.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
  })

  test('the one line that takes the broker away restores fetch and XMLHttpRequest', async ({
    tab,
    openTab,
    server,
  }) => {
    const other = await openTab(FALLBACK)
    await tab.login()
    await server.reset()
    await tab.page.evaluate(() => window.harness.uninstall())
    for (const each of [tab, other]) {
      await expect
        .poll(() =>
          each.page.evaluate(() =>
            [fetch, XMLHttpRequest].every((native) => /native code/.test(String(native))),
          ),
        )
        .toBe(true)
    }
    await other.call('/api/echo?other')
    expect(await server.seen('/api/echo?other')).toMatchObject([{ token: 'none' }])
  })
})

test('a worker that cannot be had now takes over later, without a second refresh', async ({
  page,
  server,
}) => {
  const tab = new Tab(page)
  await tab.goto(`${server.url}/?fallback=module&worker=/late.js`)
  await tab.login()
  await server.reset()
  await server.revoke()
  expect((await tab.call('/api/echo?page')).body).toMatchObject({ user: 'alice' })
  expect(await tab.version()).toBe('no answer')

  server.deploy('sw.js', 'late.js')
  await page.evaluate(() => dispatchEvent(new Event('online')))

  await expect.poll(() => page.evaluate(() => /native code/.test(String(fetch)))).toBe(true)
  expect(await tab.version()).toBe('1')
  expect((await tab.call('/api/echo?worker')).body).toMatchObject({ user: 'alice' })
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('http that is not localhost has no Web Locks: two tabs still make one refresh', async ({
  context,
  server,
}) => {
  const url = server.url.replace(/\/\/[^:]+/, '//insecure.test')
  const tab = await Tab.open(context, url + FALLBACK)
  expect(await tab.page.evaluate(() => ['locks' in navigator, isSecureContext])).toEqual([false, false])
  await expireSession(tab, server)
  await tab.goto(url + FALLBACK)
  const other = await Tab.open(context, url + FALLBACK)

  const answers = await Promise.all([tab, other].map((each) => each.calls(['/api/echo?1', '/api/echo?2'])))

  expect(answers.flat().map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})
