import { at, expect, expectOneRefresh, json, PLACEHOLDER, placeholderAt, test, type Wire } from './wire.ts'
import type { Tab } from './tab.ts'

async function loggedIn(wire: Wire, ...path: string[]): Promise<{ tab: Tab; token: string }> {
  const tab = await wire.openTab()
  const login = await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
  return { tab, token: placeholderAt(login, ...path) }
}

test.describe('the token in another header, or somewhere in a value', () => {
  test.use({ variant: 'anywhere' })

  test('is put where the page has written its placeholder, and refreshed', async ({ wire }) => {
    const { tab, token } = await loggedIn(wire, 'access_token')
    const headers = {
      'X-Emby-Authorization': `MediaBrowser Client="Web, 1", Device="null", Token="${token}"`,
    }
    const call = async (page: Tab) => page.call(`${wire.base}/api/public`, { headers })
    expect((await call(tab)).body).toEqual({ authorization: null, user: 'alice' })
    await wire.control({ expire: true, reset: true })
    expect((await tab.call(`${wire.base}/api/me`, { headers })).status).toBe(200)
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1, calls: { refused: 1, valid: 1 } })
  })

  test('"Bearer null" is no credentials: nothing for an anonymous user, the token for another', async ({
    wire,
  }) => {
    const tab = await wire.openTab()
    const call = (value: string) => tab.call(`${wire.base}/api/public`, { headers: { Authorization: value } })
    for (const value of ['Bearer null', 'Bearer undefined', 'Bearer '])
      expect((await call(value)).body).toEqual({ authorization: null, user: null })
    await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    for (const value of ['Bearer null', 'Bearer undefined', 'Bearer '])
      expect((await call(value)).body).toMatchObject({ user: 'alice' })
  })
})

test.describe('the token in the query', () => {
  test.use({ variant: 'anywhere' })

  test('of a call: the server gets it, and the page does not see it', async ({ wire, server }) => {
    const { tab, token } = await loggedIn(wire, 'access_token')
    await wire.control({ expire: true, reset: true })
    const seen = await tab.page.evaluate(
      async ([base, value]) => {
        const url = `${location.origin}${base}/api/me?token=${value}&a=1`
        const response = await fetch(url, { method: 'POST', body: 'hello' })
        const xhr = new XMLHttpRequest()
        const moved = `${location.origin}${base}/api/moved?token=${value}`
        xhr.open('GET', moved)
        await new Promise((resolve) => {
          xhr.onloadend = resolve
          xhr.send()
        })
        return {
          ok: response.url === url && response.status === 200 && xhr.status === 200,
          body: await response.json(),
          addresses: [response.url, xhr.responseURL],
        }
      },
      [wire.base, token] as const,
    )
    expect(seen).toMatchObject({ ok: true, body: { query: ['token', 'a'], body: 'hello' } })
    const entries = (): Promise<string[]> =>
      tab.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.includes('token=')),
      )
    await expect.poll(async () => (await entries()).length).toBe(2)
    for (const address of [...seen.addresses, ...(await entries())])
      expect(address).toContain(`token=${token}`)
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1, calls: { refused: 1 } })
    // That of the call itself, refused and replayed, and that of the redirect and its target.
    const { requests } = await server.stats()
    expect(requests.filter(({ path }) => path.includes('token=at%2F%2B'))).toHaveLength(4)
  })

  test('of covers, music and event streams', async ({ wire }) => {
    const { tab, token } = await loggedIn(wire, 'access_token')
    const outcome = await tab.page.evaluate(
      async ([base, value]) => {
        const image = new Image()
        image.src = `${base}/api/cover.png?token=${value}`
        await image.decode()
        const audio = new Audio(`${base}/api/song.wav?token=${value}`)
        audio.preload = 'auto'
        const on = (target: EventTarget, type: string): Promise<Event> =>
          new Promise((resolve, reject) => {
            target.addEventListener(type, resolve, { once: true })
            target.addEventListener('error', () => reject(new Error(`no ${type}`)), { once: true })
          })
        await on(audio, 'canplay')
        const sought = on(audio, 'seeked')
        audio.currentTime = audio.duration / 2
        await sought
        const part = await fetch(`${base}/api/song.wav?token=${value}`, { headers: { Range: 'bytes=4-7' } })
        const events = new EventSource(`${base}/api/events?token=${value}`)
        const message = await on(events, 'message')
        events.close()
        return {
          width: image.naturalWidth,
          part: [part.status, part.headers.get('Content-Range')?.split('/')[0], (await part.blob()).size],
          hello: message instanceof MessageEvent && message.data,
        }
      },
      [wire.base, token] as const,
    )
    expect(outcome.width).toBeGreaterThan(0)
    expect(outcome.part).toEqual([206, 'bytes 4-7', 4])
    expect(outcome.hello).toBe('hello')
    expect((await wire.stats()).calls).toMatchObject({ refused: 0, anonymous: 0 })
  })

  test('goes nowhere but to what is protected, nor into a navigation', async ({ wire, server, context }) => {
    const { tab, token } = await loggedIn(wire, 'access_token')
    await tab.call(`/elsewhere?token=${token}`)
    expect(await server.seen(`/elsewhere?token=${token}`)).toHaveLength(1)
    const page = await context.newPage()
    // This one is the page's own doing, so it may carry the placeholder.
    await page.goto(`${server.url}${wire.base}/api/public?token=${token}`)
    expect(await page.evaluate(() => document.body.textContent)).toContain('"user":null')
    expect((await wire.stats()).placeholders).toEqual([expect.stringContaining('url of GET')])
    await wire.control({ reset: true })
  })

  test('a redirect that the page wants to see itself gives no answer, rather than a token', async ({
    wire,
  }) => {
    const { tab, token } = await loggedIn(wire, 'access_token')
    const answer = await tab.call(`${wire.base}/api/moved?token=${token}`, { redirect: 'manual' })
    expect(answer.error).toContain('TypeError')
  })
})

test.describe('the token in the query, where pages keep it', () => {
  test.use({ variant: 'anywhere', reveal: true })

  test('a stale one is replaced by the current one, in calls and in covers, after one refresh', async ({
    wire,
    server,
  }) => {
    const tab = await wire.openTab()
    const login = await tab.call(`${wire.base}/login`, json({ username: 'alice' }))
    const token = String(at(login, 'access_token'))
    expect(token).not.toMatch(PLACEHOLDER)
    await wire.control({ expire: true, reset: true })
    const url = (path: string, value: string): string =>
      `${wire.base}/api/${path}?a=1&token=${encodeURIComponent(value)}`
    const shown = await tab.page.evaluate(
      async ([call, cover]) => {
        const image = new Image()
        image.src = cover
        const [response] = await Promise.all([fetch(call), image.decode()])
        return { status: response.status, url: response.url, width: image.naturalWidth }
      },
      [url('me', token), url('cover.png', token)] as const,
    )
    expect(shown.status).toBe(200)
    expect(shown.width).toBeGreaterThan(0)
    // The page's own, as it was asked for.
    expect(shown.url).toContain(url('me', token))
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1, refreshes: 1, reuse: 0 })

    // One of nobody stays where it is, and gets no token beside.
    const foreign = url('public', 'a-token-of-nobody')
    expect((await tab.call(foreign)).body).toEqual({ authorization: null, user: null })
    expect(await server.seen(foreign)).toHaveLength(1)
  })
})

test.describe('a token that nothing renews, as a part of a header that every request has', () => {
  test.use({ variant: 'unrenewed' })

  test('login, calls, logout, and one login-required when its session is ended', async ({ wire }) => {
    const [tab, other] = [await wire.openTab(), await wire.openTab()]
    const client = 'MediaBrowser Client="Web", Device="Chrome", DeviceId="TW96aWxsYS81LjA=", Version="10.8"'
    const headers = (token?: string) => ({
      'X-Emby-Authorization': token === undefined ? client : `${client}, Token="${token}"`,
    })
    const login = async (before?: string): Promise<string> => {
      const init = json({ username: 'alice' }, { headers: headers(before) })
      return placeholderAt(await tab.call(`${wire.base}/Users/AuthenticateByName`, init), 'AccessToken')
    }
    const items = (page: Tab, token?: string) => page.call(`${wire.base}/Items`, { headers: headers(token) })

    const token = await login()
    expect((await items(other, token)).body).toEqual({ user: 'alice' })
    expect((await tab.call(`${wire.base}/Items?api_key=${token}`)).body).toEqual({ user: 'alice' })
    await tab.call(`${wire.base}/Sessions/Logout`, { method: 'POST', headers: headers(token) })
    expect((await items(tab)).status).toBe(401)
    expect(await wire.stats()).toMatchObject({ logouts: 1, calls: { valid: 2, anonymous: 1 } })

    const next = await login(token)
    await wire.control({ revoke: true, reset: true })
    expect((await items(tab, next)).status).toBe(401)
    await expect.poll(() => other.events('login-required')).toMatchObject([{ reason: 'no-refresh-token' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 0, calls: { refused: 1 } })
  })
})

test.describe('expiry is told by a code in the body', () => {
  test.use({ variant: 'codes' })

  for (const status of [200, 401, 403])
    test(`of a ${status}: one refresh for all tabs, and each call is replayed, body and all`, async ({
      wire,
    }) => {
      const { tab } = await loggedIn(wire, 'data', 'accessToken')
      const other = await wire.openTab()
      await expectOneRefresh(wire, (page) => page.call(`${wire.base}/api/${status}`, json({ a: 1 })), [
        tab,
        other,
      ])
      const replayed = await tab.call(`${wire.base}/api/${status}`, json({ a: 1 }))
      expect(at(replayed, 'data', 'body')).toBe('{"a":1}')
    })

  test('and a 401 with another code is none: no refresh, no login-required', async ({ wire }) => {
    const { tab } = await loggedIn(wire, 'data', 'accessToken')
    const answer = await tab.call(`${wire.base}/api/wrong-password`, { method: 'POST' })
    expect(answer).toMatchObject({ status: 401, body: { code: 20001 } })
    expect(await wire.stats()).toMatchObject({ tokenRequests: 0 })
    expect(await tab.events('login-required')).toEqual([])
  })

  test('a hook that throws is told to the developer, and the answer passes on', async ({ wire }) => {
    const { tab } = await loggedIn(wire, 'data', 'accessToken')
    await wire.control({ expire: true, reset: true })
    expect(await tab.call(`${wire.base}/api/401?broken`)).toMatchObject({
      status: 401,
      body: { code: 10401 },
    })
    await expect.poll(() => tab.events('broker-error')).toMatchObject([{ code: 'is-expired-failed' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 0 })
  })

  test('a session that cannot be refreshed ends, and the page gets the refusal as it came', async ({
    wire,
  }) => {
    const { tab } = await loggedIn(wire, 'data', 'accessToken')
    await wire.control({ revoke: true, reset: true })
    expect(await tab.call(`${wire.base}/api/200`)).toMatchObject({ status: 200, body: { code: 10401 } })
    await expect.poll(() => tab.events('login-required')).toMatchObject([{ reason: 'invalid_grant' }])
    expect(await wire.stats()).toMatchObject({ tokenRequests: 1, refreshes: 0 })
  })
})
