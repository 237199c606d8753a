// Attacks from outside the origin. Each test is named after a row of the tables in SECURITY.md, which says where the tests
// of the other rows are.
import { realTokens, test } from './oauth/attacker.ts'
import { Strangers } from './oauth/strangers.ts'
import { enterName, expect, logIn } from './oauth/test.ts'
import { secretOf } from './stored.ts'

test.describe('token sent to a look-alike host', () => {
  test('only the listed origin and path get it', async ({ tab, server, strangers }) => {
    const { port } = strangers
    const api = `http://api.example.test:${port}`
    const elsewhere = await Strangers.start()
    server.deploy({ broker: { protect: ['/oauth/api/', `${api}/v1/`] } })
    await tab.goto(server.url)
    await tab.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update())
    await logIn(tab, server)
    const lookAlikes = [
      `http://api.example.test.evil.test:${port}/v1/x`,
      `http://api.example.test:${port}@evil.test:${port}/v1/x`,
      `http://evil.test:${port}/v1/x?http://api.example.test:${port}/v1/`,
      `http://evil.test:${port}/${api}/v1/x`,
      `http://api-example.test:${port}/v1/x`,
      `http://api.example.test.:${port}/v1/x`,
      `http://xn--pi-6kc.example.test:${port}/v1/x`,
      `http://аpi.example.test:${port}/v1/x`,
      `${api}/v10/x`,
      `${api}/v1/../secret`,
      `${api}/v1/%2e%2e/secret`,
      `${api}/v1%2Fx`,
      `${api}\\v1\\..\\secret`,
      `http://api.example.test:${elsewhere.port}/v1/x`,
      `https://api.example.test:${port}/v1/x`,
      `${api}/V1/x`,
      `${server.url.replace('localhost', 'localhost.evil.test').replace(/:\d+$/, `:${port}`)}/oauth/api/echo`,
    ]
    await tab.calls(lookAlikes)
    await tab.call(`${api}/v1/x`)

    const withToken = strangers.heard.filter(({ authorization }) => authorization !== undefined)
    expect(withToken.map(({ host, path }) => host + path)).toEqual([`api.example.test:${port}/v1/x`])
    expect(strangers.heard.length).toBeGreaterThan(lookAlikes.length - 5)
    expect(elsewhere.heard).toMatchObject([{ authorization: undefined }])
    await elsewhere.stop()
  })

  test('an encoded slash or backslash does not leave the listed path', async ({ tab, server }) => {
    await logIn(tab, server)
    await tab.calls(['/oauth/api/..%2f..%2forders', '/oauth/api/%5c..%5corders', '/oauth/api/../../orders'])
    // The last is `/orders` before the worker sees it, and no call of the API.
    expect(server.api.calls.map(({ path }) => path)).toEqual([
      '/oauth/api/..%2f..%2forders',
      '/oauth/api/%5c..%5corders',
    ])
  })
})

test('token carried off by a redirect', async ({ tab, server, strangers }) => {
  await logIn(tab, server)
  const to = encodeURIComponent(`http://evil.test:${strangers.port}/loot`)
  await tab.call(`/oauth/api/redirect?to=${to}`)
  await tab.call(`/oauth/api/redirect?to=${to}`, { method: 'POST', body: 'x' })
  await tab.page.evaluate(
    (src) =>
      new Promise((resolve) => {
        const image = new Image()
        image.onload = image.onerror = resolve
        image.src = src
      }),
    `/oauth/api/redirect?to=${to}`,
  )
  expect(server.api.calls.map(({ scheme }) => scheme)).toContain('Bearer')
  expect(strangers.heard.map(({ authorization }) => authorization)).not.toContainEqual(expect.any(String))
})

for (const target of [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/..//evil.example',
])
  test(`login or logout that ends at a stranger's: return_to=${target}`, async ({ tab, server }) => {
    const query = `return_to=${encodeURIComponent(target)}`
    await tab.page.goto(`${server.url}/auth/logout?${query}`)
    await tab.page.waitForURL(`${server.url}/`)
    await tab.page.goto(`${server.url}/auth/login?${query}`)
    await enterName(tab.page)
    await tab.page.waitForURL(`${server.url}/`)
  })

test('cross-site navigation or form to the API (CSRF)', async ({ tab, server, strangers }) => {
  await logIn(tab, server)
  strangers.html = `<form method="post" action="${server.url}/oauth/api/echo?form"><input name="amount" value="1"></form>
    <a href="${server.url}/oauth/api/echo?link">a</a>`
  for (const act of [
    () => document.forms[0]?.submit(),
    () => document.querySelector('a')?.click(),
  ] as const) {
    await tab.page.goto(`http://evil.test:${strangers.port}/page`)
    const answered = tab.page.waitForResponse((response) => response.url().includes('/oauth/api/echo'))
    await tab.page.evaluate(act)
    expect((await answered).status()).toBe(401)
    await tab.page.waitForURL('**/oauth/api/echo?*')
  }
  expect(server.api.calls.map(({ scheme }) => scheme)).toEqual(['', ''])
})

test('a code or token in an address, a log or a Referer', async ({ context, tab, server, strangers }) => {
  const printed: string[] = []
  for (const worker of context.serviceWorkers())
    worker.on('console', (message) => printed.push(message.text()))
  tab.page.on('console', (message) => printed.push(message.text()))
  const addresses: string[] = []
  tab.page.on('framenavigated', (frame) => addresses.push(frame.url()))
  await tab.page.click('#login')
  await enterName(tab.page)
  await tab.page.waitForURL(`${server.url}/orders`)
  await tab.ready()
  await tab.call('/oauth/api/echo')
  await tab.call(`http://evil.test:${strangers.port}/pixel`)
  await tab.call('/auth/refresh')

  const tokens = await realTokens(tab)
  const seen = JSON.stringify([printed, addresses, strangers.heard, server.requests()])
  expect(strangers.heard).toHaveLength(1)
  for (const token of tokens) expect(seen).not.toContain(secretOf(token))
  expect(JSON.stringify([addresses, strangers.heard, server.requests()])).not.toMatch(/[?&]code=/)
})
