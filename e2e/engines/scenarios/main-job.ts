import assert from 'node:assert/strict'
import type { TestServer } from '../../test-server.ts'
import { BODY_KINDS } from '../app/lab-bodies.ts'
import type { Tab } from '../engine.ts'
import { Scenarios, settled } from '../scenario.ts'

/** What part 1 promises, on the demo server and its real tokens. */
export const mainJob = new Scenarios()

const login = (tab: Tab): Promise<number> =>
  tab.evaluate(async () => (await window.harness.login('alice')).status)
const call = (tab: Tab, url: string): Promise<number> =>
  tab.evaluate(async (to) => (await window.harness.call(to)).status, url)
const session = (tab: Tab): Promise<string> =>
  tab.evaluate(async () => (await window.harness.session()).status)
const calls = (tab: Tab, urls: string[]): Promise<number[]> =>
  tab.evaluate((all) => Promise.all(all.map(async (url) => (await window.harness.call(url)).status)), urls)
const events = (tab: Tab, type: string): Promise<Record<string, unknown>[]> =>
  tab.evaluate((name) => window.harness.events.filter((event) => event['type'] === name), type)
const counts = async (demo: TestServer) => {
  const { refreshes, refreshAttempts, reuse } = (await demo.stats()).main
  return { refreshes, refreshAttempts, reuse }
}
const NO_KILL = 'WebDriver cannot end a worker; npm run engines -- --long waits for the browser to do it'
const ONE_REFRESH = { refreshes: 1, refreshAttempts: 1, reuse: 0 }
const twenty = (what: string): string[] => Array.from({ length: 20 }, (_, i) => `/api/echo?${what}=${i}`)

mainJob.add('first visit: the page is controlled before its first call', async (world) => {
  const tab = await world.harness()
  assert.equal(await call(tab, '/api/orders'), 401)
  assert.equal(await call(tab, '/api/public'), 200)
  assert.equal(await session(tab), 'anonymous')
})

mainJob.add('login: calls carry the token, and the page never sees it', async (world) => {
  const tab = await world.harness()
  const { status, body } = await tab.evaluate(() => window.harness.login('alice'))
  assert.equal(status, 200)
  assert.match(JSON.stringify(body), /held-by-sw-token-broker-/)
  assert.equal(await call(tab, '/api/orders'), 200)
  const [seen] = await world.demo.seen('/api/orders')
  assert.equal(seen?.token, 'valid')
  await tab.reload()
  assert.equal(await tab.evaluate(() => window.outcome), 'ready')
  assert.equal(await session(tab), 'active')
})

mainJob.add('two tabs with 20 calls each on an expired token: one refresh', async (world) => {
  const { demo } = world
  await demo.ttl(1)
  const first = await world.harness()
  await login(first)
  // Away from the page, since an idle visible page keeps its session warm.
  await first.goto('about:blank')
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await demo.ttl(300)
  await demo.reset()
  await demo.fault({ target: 'refresh', hold: true })
  const second = await world.harness()
  await first.goto(`${demo.url}/`)
  await first.evaluate(() => window.outcome)
  const answers = Promise.all([calls(first, twenty('first')), calls(second, twenty('second'))])
  await settled(
    async () => (await counts(demo)).refreshAttempts,
    (attempts) => attempts === 1,
  )
  await demo.release()
  assert.deepEqual([...new Set((await answers).flat())], [200])
  assert.deepEqual(await counts(demo), ONE_REFRESH)
  assert.equal((await demo.stats()).main.api.unauthorized, 0)
})

mainJob.add('20 POSTs after a revocation: one refresh, all replayed byte for byte', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const statuses = await tab.evaluate(
    (kinds) =>
      Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const body = window.lab.body(kinds[i % kinds.length] ?? 'json')
          return (await window.lab.fetch(`/lab/echo?${i}`, { method: 'POST', body })).status
        }),
      ),
    BODY_KINDS,
  )
  assert.deepEqual([...new Set(statuses)], [200])
  for (const [index, kind] of Array.from(
    { length: 20 },
    (_, i) => BODY_KINDS[i % BODY_KINDS.length],
  ).entries()) {
    const sha256 = await tab.evaluate((what) => window.lab.digest(what ?? 'json'), kind)
    const seen = world.site.seen(`/lab/echo?${index}`)
    assert.deepEqual(new Set(seen.map((each) => each.sha256)), new Set([sha256]))
    assert.equal(seen.at(-1)?.status, 200)
  }
  assert.deepEqual(await counts(world.demo), ONE_REFRESH)
})

mainJob.add('the session is lost: each tab hears login-required once', async (world) => {
  const { demo } = world
  const tabs = [await world.harness(), await world.harness()] as const
  await login(tabs[0])
  await demo.revoke({ refresh: true })
  const answers = await Promise.all(tabs.map((tab) => calls(tab, twenty('lost'))))
  assert.deepEqual([...new Set(answers.flat())], [401])
  for (const tab of tabs) {
    await settled(
      () => events(tab, 'login-required'),
      (heard) => heard.length > 0,
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    const heard = await events(tab, 'login-required')
    assert.equal(heard.length, 1)
    assert.equal(heard[0]?.['reason'], 'invalid_grant')
    assert.equal(heard[0]?.['loginUrl'], `${demo.url}/login`)
  }
})

mainJob.add('logout: in every tab, and the server is told', async (world) => {
  const { demo } = world
  const [tab, other] = [await world.harness(), await world.harness()]
  await login(tab)
  await tab.evaluate(() => window.harness.logout())
  assert.equal((await demo.stats()).main.logouts, 1)
  assert.equal(await call(other, '/api/orders'), 401)
  assert.equal(await session(other), 'anonymous')
})

mainJob.add('the token endpoint fails for a while (503): the session is kept', async (world) => {
  const { demo } = world
  const tab = await world.harness()
  await login(tab)
  await demo.revoke()
  await demo.fault({ target: 'refresh', status: 503, headers: { 'Retry-After': '1' } })
  assert.equal(await call(tab, '/api/echo'), 503)
  assert.equal(await session(tab), 'active')
  await demo.clearFault('refresh')
  const status = await settled(
    () => call(tab, '/api/echo'),
    (code) => code === 200,
    8000,
  )
  assert.equal(status, 200)
  assert.deepEqual(await events(tab, 'login-required'), [])
})

mainJob.add(
  'the worker is ended by the browser: the session goes on',
  async (world) => {
    const tab = await world.harness()
    await login(tab)
    assert.ok(world.profile.killWorkers)
    await world.profile.killWorkers()
    assert.equal(await call(tab, '/api/orders'), 200)
    await world.demo.revoke()
    await world.profile.killWorkers()
    assert.equal(await call(tab, '/api/orders'), 200)
    assert.equal(await session(tab), 'active')
  },
  { Firefox: NO_KILL, WebKitGTK: NO_KILL },
)
