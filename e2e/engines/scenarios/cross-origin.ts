import assert from 'node:assert/strict'
import type { Seen } from '../lab-server.ts'
import { Scenarios } from '../scenario.ts'
import { leaks } from './redirects.ts'

/** A `protect` entry of another origin. */
export const crossOrigin = new Scenarios()

const header = ({ headers }: Seen, name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name)?.[1]

crossOrigin.add('listed origin: preflight, token, and a replay after a revocation', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const answer = await tab.evaluate(
    (url) => window.lab.fetch(url, { method: 'POST', body: window.lab.body('FormData') }),
    `${world.files.url}/lab/echo`,
  )
  assert.deepEqual([answer.status, answer.type], [200, 'cors'])
  const seen = world.files.seen('/lab/echo')
  const preflight = seen.find(({ method }) => method === 'OPTIONS')
  assert.ok(preflight, 'no preflight')
  assert.match(header(preflight, 'access-control-request-headers') ?? '', /authorization/)
  const posts = seen.filter(({ method }) => method === 'POST')
  const sha256 = await tab.evaluate(() => window.lab.digest('FormData'))
  assert.deepEqual(
    posts.map((each) => [each.status, each.sha256]),
    [
      [401, sha256],
      [200, sha256],
    ],
  )
})

crossOrigin.add("a tag's no-cors request becomes cors, and the picture is shown", async (world) => {
  const tab = await world.loggedIn()
  const src = `${world.files.url}/lab/image.png`
  assert.ok(await tab.evaluate((url) => window.lab.load('img', { src: url }), src))
  const seen = world.files.seen('/lab/image.png').filter(({ method }) => method === 'GET')
  assert.deepEqual(
    seen.map(({ token, status }) => [token, status]),
    [['valid', 200]],
  )
  assert.equal(seen[0] && header(seen[0], 'origin'), world.site.url)
})

crossOrigin.add('another path of the origin and another origin get no token', async (world) => {
  const tab = await world.loggedIn()
  const urls = [`${world.files.url}/open/echo`, `${world.elsewhere.url}/lab/echo`]
  await tab.evaluate((all) => Promise.all(all.map((url) => window.lab.fetch(url))), urls)
  assert.equal((await world.arrived('/open/echo', world.files)).token, 'none')
  assert.equal((await world.arrived('/lab/echo', world.elsewhere)).token, 'none')
})

crossOrigin.add('redirect off the list: the token is stripped', async (world) => {
  const tab = await world.loggedIn()
  const to = encodeURIComponent(`${world.elsewhere.url}/open/echo`)
  const answers = await tab.evaluate(async (base) => {
    const first = await window.lab.fetch(base)
    const second = await window.lab.fetch(`${base}&status=307`, { method: 'POST', body: 'x' })
    return [first, second].map(({ status, redirected }) => [status, redirected])
  }, `${world.files.url}/lab/redirect?to=${to}`)
  assert.deepEqual(answers, [
    [200, true],
    [200, true],
  ])
  assert.deepEqual(leaks(world.elsewhere.all()), [])
})

crossOrigin.add('redirect off the list with a tag: nothing leaks', async (world) => {
  const tab = await world.loggedIn()
  const to = encodeURIComponent(`${world.elsewhere.url}/open/image.png`)
  const isShown = await tab.evaluate(
    (src) => window.lab.load('img', { src }),
    `${world.files.url}/lab/redirect?to=${to}`,
  )
  assert.ok(isShown)
  assert.deepEqual(leaks(world.elsewhere.all()), [])
})

crossOrigin.add(
  'redirect from the listed origin to the own: no token, as the browser strips it',
  async (world) => {
    const tab = await world.loggedIn()
    const to = encodeURIComponent(`${world.site.url}/open/echo?back`)
    await tab.evaluate((url) => window.lab.fetch(url), `${world.files.url}/lab/redirect?to=${to}`)
    assert.deepEqual(leaks(world.site.seen('/open/echo?back')), [])
  },
)
