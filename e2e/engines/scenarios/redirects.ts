import assert from 'node:assert/strict'
import { everywhere, Scenarios } from '../scenario.ts'

/** Redirects of what carries a token. */
export const redirects = new Scenarios()

redirects.add('redirect within the origin: followed, with the token', async (world) => {
  const tab = await world.loggedIn()
  const answer = await tab.evaluate(() => window.lab.fetch('/lab/redirect?to=/lab/echo?target'))
  assert.deepEqual([answer.status, answer.redirected, answer.type], [200, true, 'basic'])
  assert.equal(answer.url, `${world.site.url}/lab/echo?target`)
  assert.equal(world.site.seen('/lab/echo?target')[0]?.token, 'valid')
})

redirects.add('redirect to an unprotected path of the origin: followed', async (world) => {
  const tab = await world.loggedIn()
  const answer = await tab.evaluate(() => window.lab.fetch('/lab/redirect?to=/open/echo'))
  assert.deepEqual([answer.status, answer.redirected], [200, true])
})

for (const kind of ['FormData', 'json'] as const)
  redirects.add(`307 with a ${kind} body, first send and replay: byte for byte`, async (world) => {
    const tab = await world.loggedIn()
    const sha256 = await tab.evaluate((what) => window.lab.digest(what), kind)
    const post = (): Promise<number> =>
      tab.evaluate(async (what) => {
        const init = { method: 'POST', body: window.lab.body(what) }
        return (await window.lab.fetch('/lab/redirect?status=307&to=/lab/echo', init)).status
      }, kind)
    assert.equal(await post(), 200)
    await world.demo.revoke()
    assert.equal(await post(), 200)
    const seen = world.site.seen('/lab/echo')
    assert.deepEqual(
      seen.map((each) => [each.method, each.sha256]),
      seen.map(() => ['POST', sha256]),
    )
    assert.equal(seen.at(-1)?.token, 'valid')
  })

redirects.add("redirect: 'manual' and 'error' stay what they are", async (world) => {
  const tab = await world.loggedIn()
  const [manual, error] = await tab.evaluate(async () => {
    const url = '/lab/redirect?to=/lab/echo'
    return [
      await window.lab.fetch(url, { redirect: 'manual' }),
      await window.lab.fetch(url, { redirect: 'error' }),
    ] as const
  })
  assert.deepEqual([manual.status, manual.type], [0, 'opaqueredirect'])
  assert.match(error.error ?? '', /TypeError/)
  assert.deepEqual(world.site.seen('/lab/echo'), [])
})

redirects.add('fetch, redirect to another origin: followed, without the token', async (world) => {
  const tab = await world.loggedIn()
  const { url } = world.elsewhere
  const answer = await tab.evaluate(
    (to) => window.lab.fetch(`/lab/redirect?to=${encodeURIComponent(to)}`),
    `${url}/open/echo`,
  )
  assert.deepEqual([answer.status, answer.redirected, answer.type], [200, true, 'cors'])
  assert.deepEqual(leaks(world.elsewhere.all()), [])
  assert.equal(world.elsewhere.seen('/open/echo').at(-1)?.token, 'none')
})

redirects.add('open redirect with a POST (307) and with an <img>: nothing leaks', async (world) => {
  const tab = await world.loggedIn()
  const to = encodeURIComponent(`${world.elsewhere.url}/open/image.png`)
  await tab.evaluate(async (target) => {
    await window.lab.fetch(`/lab/redirect?status=307&to=${target}`, { method: 'POST', body: 'x' })
    await window.lab.load('img', { src: `/lab/redirect?to=${target}` })
  }, to)
  assert.deepEqual(leaks(world.elsewhere.all()), [])
})

redirects.add(
  '<img>, redirect to another origin: shown',
  async (world) => {
    const tab = await world.loggedIn()
    const to = encodeURIComponent(`${world.elsewhere.url}/open/image.png?no-cors`)
    const isShown = await tab.evaluate(
      (target) => window.lab.load('img', { src: `/lab/redirect?to=${target}` }),
      to,
    )
    assert.ok(isShown)
  },
  everywhere(
    "'no-cors' drops Authorization, and no other mode follows to an origin without CORS (whatwg/fetch#380)",
  ),
)

/** Requests that carry what they should not. */
export const leaks = (seen: readonly { path: string; headers: [string, string][] }[]): string[] =>
  seen
    .filter(({ headers }) => headers.some(([name]) => /^authorization$/i.test(name)))
    .map(({ path }) => path)
