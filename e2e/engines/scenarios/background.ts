import assert from 'node:assert/strict'
import { Scenarios, settled } from '../scenario.ts'

/** Requests that outlive their page or come from elsewhere than a window. */
export const background = new Scenarios()

const KEEPALIVE = {
  Firefox: 'a keepalive fetch does not reach the worker',
}

background.add('sendBeacon', async (world) => {
  const tab = await world.loggedIn()
  assert.ok(await tab.evaluate(() => navigator.sendBeacon('/lab/echo', 'left')))
  const { token, method, bytes, status } = await world.arrived('/lab/echo')
  assert.deepEqual([token, method, bytes, status], ['valid', 'POST', 4, 200])
})

background.add('sendBeacon while the page is left', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(() => {
    addEventListener('pagehide', () => navigator.sendBeacon('/lab/echo', 'left'))
  })
  await tab.goto(`${world.site.url}/frame.html`)
  const { token, bytes, status } = await world.arrived('/lab/echo')
  assert.deepEqual([token, bytes, status], ['valid', 4, 200])
})

background.add(
  'fetch with keepalive',
  async (world) => {
    const tab = await world.loggedIn()
    const { status } = await tab.evaluate(() =>
      window.lab.fetch('/lab/echo', { method: 'POST', body: 'left', keepalive: true }),
    )
    const { token, bytes } = await world.arrived('/lab/echo')
    assert.deepEqual([status, token, bytes], [200, 'valid', 4])
  },
  KEEPALIVE,
)

background.add(
  'fetch with keepalive while the page is left',
  async (world) => {
    const tab = await world.loggedIn()
    await tab.evaluate(() => {
      addEventListener('pagehide', () => {
        void fetch('/lab/echo', { method: 'POST', body: 'left', keepalive: true })
      })
    })
    await tab.goto(`${world.site.url}/frame.html`)
    const { token, bytes, status } = await world.arrived('/lab/echo')
    assert.deepEqual([token, bytes, status], ['valid', 4, 200])
  },
  KEEPALIVE,
)

background.add("a dedicated worker's fetch", async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const status = await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/lab-worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => resolve(data)
        worker.postMessage('/lab/echo')
      }),
  )
  assert.equal(status, 200)
})

background.add("a shared worker's fetch", async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const status = await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const { port } = new SharedWorker('/lab-shared.js')
        port.onmessage = ({ data }) => resolve(data)
        port.postMessage('/lab/echo')
      }),
  )
  assert.equal(status, 200)
})

background.add(
  'EventSource: reconnects with Last-Event-ID, after a revocation too',
  async (world) => {
    const tab = await world.loggedIn()
    await tab.evaluate(() => {
      const ids: string[] = []
      const source = new EventSource('/lab/events?count=2')
      source.onmessage = ({ lastEventId }) => ids.push(lastEventId)
      Object.assign(window.lab.kept, { ids, source })
    })
    await world.arrived('/lab/events?count=2')
    await world.demo.revoke()
    const ids = await tab.evaluate(async () => {
      const { ids, source } = window.lab.kept
      const has = (): boolean => Array.isArray(ids) && ids.length >= 6
      for (const end = Date.now() + 10_000; !has() && Date.now() < end;)
        await new Promise((r) => setTimeout(r, 50))
      if (source instanceof EventSource) source.close()
      return Array.isArray(ids) ? ids.slice(0, 6) : []
    })
    assert.deepEqual(ids, ['1', '2', '3', '4', '5', '6'])
    const answered = world.site.seen('/lab/events?count=2').filter(({ status }) => status === 200)
    const last = answered.map(({ headers }) => headers.find(([name]) => /^last-event-id$/i.test(name))?.[1])
    assert.deepEqual(last.slice(0, 3), [undefined, '2', '4'])
    assert.equal(await world.refreshes(), 1)
  },
  { Chromium: 'Last-Event-ID does not reach the worker, and no worker can send it' },
)

background.add('EventSource: reconnects, after a revocation too', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(() => {
    window.lab.kept['source'] = new EventSource('/lab/events?count=2')
  })
  await world.arrived('/lab/events?count=2')
  await world.demo.revoke()
  const answers = await settled(
    () => world.site.seen('/lab/events?count=2').map(({ status }) => status),
    (statuses) => statuses.length >= 4,
  )
  assert.deepEqual(answers.slice(0, 4), [200, 401, 200, 200])
  assert.equal(await world.refreshes(), 1)
})

background.add('a worker that was unregistered ends the session', async (world) => {
  const tab = await world.loggedIn()
  const look = (): Promise<unknown> =>
    tab.evaluate(async () => {
      const { port1, port2 } = new MessageChannel()
      const reply = new Promise<{ session?: unknown }>((resolve) => {
        port1.onmessage = ({ data }) => resolve(data)
      })
      const message = { v: 1, source: 'sw-token-broker', name: 'default', type: 'check-registration' }
      navigator.serviceWorker.controller?.postMessage(message, [port2])
      return (await reply).session
    })
  assert.equal(statusOf(await look()), 'active')
  await tab.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.unregister())
  await tab.evaluate(() => window.lab.fetch('/lab/echo'))
  const { main } = await settled(
    () => world.demo.stats(),
    (stats) => stats.main.logouts > 0,
  )
  assert.equal(main.logouts, 1)
  assert.equal(statusOf(await look()), 'login-required')
})

const statusOf = (session: unknown): unknown =>
  typeof session === 'object' && session !== null && 'status' in session ? session.status : undefined
