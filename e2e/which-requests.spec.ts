import { expect, test } from './test.ts'

test('unprotected URLs never reach the broker', async ({ tab, server }) => {
  await tab.login()
  const paths = ['/index.html', '/apix/data', '/classic/api/public', '/harness.js', '/__demo/stats']
  const answered = new Map<string, boolean>()
  tab.page.on('response', (response) =>
    answered.set(new URL(response.url()).pathname, response.fromServiceWorker()),
  )

  for (const path of paths) await tab.call(path)
  await tab.call('/api/public')

  for (const path of paths) expect(answered.get(path), path).toBe(false)
  expect(answered.get('/api/public')).toBe(true)
  const { requests } = await server.stats()
  for (const { path, headers } of requests)
    if (!path.startsWith('/api/')) expect(headers['authorization'], path).toBeUndefined()
})

test('a navigation to the API carries no token', async ({ tab, openTab, server }) => {
  await tab.login()
  await server.reset()
  await tab.page.goto(`${server.url}/api/echo`)
  const other = await openTab()
  await other.page.evaluate(() => {
    const form = Object.assign(document.createElement('form'), { method: 'POST', action: '/api/echo?form' })
    document.body.append(form)
    form.submit()
  })
  await other.page.waitForURL('**/api/echo?form')
  await expect.poll(async () => (await server.seen('/api/echo?form')).length).toBe(1)

  const requests = [...(await server.seen('/api/echo')), ...(await server.seen('/api/echo?form'))]
  expect(requests.map(({ token }) => token)).toEqual(['none', 'none'])
})

test("the page's own Authorization and credentials: 'omit' are left alone", async ({ tab, server }) => {
  await tab.login()
  await server.reset()

  await tab.call('/api/echo?own', { headers: { Authorization: 'Basic YTpi' } })
  await tab.call('/api/echo?omit', { credentials: 'omit' })

  expect(await server.seen('/api/echo?own')).toMatchObject([
    { token: 'other', headers: { authorization: 'Basic' } },
  ])
  expect(await server.seen('/api/echo?omit')).toMatchObject([{ token: 'none' }])
  expect((await server.stats()).main.refreshAttempts).toBe(0)
})

test('a URL of another origin with the same path gets no token', async ({ tab, server }) => {
  await tab.login()
  const { port } = new URL(server.url)
  await server.reset()
  await tab.call(`http://127.0.0.1:${port}/api/echo?foreign`, { mode: 'no-cors' })

  expect(await server.seen('/api/echo?foreign')).toMatchObject([{ token: 'none' }])
})

test('images, audio with ranges and EventSource are authenticated', async ({ tab, server }) => {
  await tab.login()
  await server.reset()

  const loaded = await tab.page.evaluate(async () => {
    const image = new Image()
    image.src = '/api/image.png'
    await image.decode()
    const audio = new Audio('/api/audio.wav')
    audio.preload = 'auto'
    await new Promise((resolve, reject) => {
      audio.oncanplaythrough = resolve
      audio.onerror = () => reject(new Error(audio.error?.message))
    })
    const source = new EventSource('/api/events?count=3')
    const event = await new Promise<MessageEvent>((resolve, reject) => {
      source.onmessage = resolve
      source.onerror = () => reject(new Error('EventSource failed'))
    })
    source.close()
    return { width: image.naturalWidth, duration: audio.duration, event: typeof event.data }
  })

  expect(loaded.width).toBeGreaterThan(0)
  expect(loaded.duration).toBeGreaterThan(0)
  expect(loaded.event).toBe('string')
  const [audio] = await server.seen('/api/audio.wav')
  expect(audio).toMatchObject({ token: 'valid', status: 206 })
  expect(audio?.headers['range']).toMatch(/^bytes=/)
  expect((await server.stats()).main.api).toMatchObject({ withoutToken: 0, unauthorized: 0 })
})

test('an image is shown although its token was revoked', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()
  const width = await tab.page.evaluate(async () => {
    const image = new Image()
    image.src = '/api/image.png'
    await image.decode()
    return image.naturalWidth
  })
  expect(width).toBeGreaterThan(0)
})

test('a download and a redirect inside the API keep their bytes and the token', async ({ tab, server }) => {
  await tab.login()
  await server.reset()
  const size = await tab.page.evaluate(
    async () => (await (await fetch('/api/download')).arrayBuffer()).byteLength,
  )
  const redirected = await tab.call('/api/redirect?to=/api/echo?target')

  expect(size).toBe(2 ** 20)
  expect(redirected.body).toMatchObject({ user: 'alice' })
  expect(await server.seen('/api/echo?target')).toMatchObject([{ token: 'valid' }])
})
