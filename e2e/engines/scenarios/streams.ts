import assert from 'node:assert/strict'
import { everywhere, Scenarios, settled } from '../scenario.ts'

/** Answers that come piece by piece, and requests that are given up. */
export const streams = new Scenarios()

streams.add('a streaming answer is read chunk by chunk', async (world) => {
  const tab = await world.loggedIn()
  const reads = await tab.evaluate(async () => {
    const start = performance.now()
    const reader = (await fetch('/lab/stream?chunks=4&ms=300&size=2000')).body?.getReader()
    const times: number[] = []
    let bytes = 0
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true }
      if (done) return { times, bytes, total: performance.now() - start }
      times.push(performance.now() - start)
      bytes += value?.byteLength ?? 0
    }
  })
  assert.equal(reads.bytes, 4 * 2001)
  assert.ok(reads.times.length >= 4, `it came in ${reads.times.length} pieces`)
  const [first = Infinity] = reads.times
  assert.ok(first < reads.total - 600, `the first chunk came after ${first} ms of ${reads.total} ms`)
})

streams.add('abort before the answer: the page gets an AbortError', async (world) => {
  const tab = await world.loggedIn()
  const { error } = await tab.evaluate(() => window.lab.fetch('/lab/slow?ms=3000', {}, 300))
  assert.match(error ?? '', /AbortError/)
})

streams.add(
  'abort before the answer: the server sees it',
  async (world) => {
    const tab = await world.loggedIn()
    await tab.evaluate(() => window.lab.fetch('/lab/slow?ms=3000', {}, 300))
    const cut = await settled(
      () => world.site.seen('/lab/slow?ms=3000')[0]?.isCut,
      (isCut) => isCut === true,
      1500,
    )
    assert.equal(cut, true)
  },
  everywhere('the request of a worker is not aborted with that of the page (w3c/ServiceWorker#1544)'),
)

streams.add('abort while a refresh is under way: nothing is replayed', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  await world.demo.fault({ target: 'refresh', hold: true })
  const answer = tab.evaluate(() => window.lab.fetch('/lab/echo', { method: 'POST', body: 'x' }, 500))
  await settled(
    () => world.refreshes(),
    (count) => count === 1,
  )
  assert.match((await answer).error ?? '', /AbortError/)
  await world.demo.release()
  const { status } = await tab.evaluate(() => window.lab.fetch('/lab/echo?next'))
  assert.equal(status, 200)
  assert.equal(await world.refreshes(), 1)
})

const ABORT_BODY = '/lab/stream?chunks=100&ms=50&size=1000'

streams.add('abort while the body streams: the page gets an AbortError', async (world) => {
  const tab = await world.loggedIn()
  const { error } = await tab.evaluate((url) => window.lab.fetch(url, {}, 500), ABORT_BODY)
  assert.match(error ?? '', /AbortError/)
})

streams.add('abort while the body streams: the server sees it', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate((url) => window.lab.fetch(url, {}, 500), ABORT_BODY)
  const cut = await settled(
    () => world.site.seen(ABORT_BODY)[0]?.isCut,
    (isCut) => isCut === true,
    2500,
  )
  assert.equal(cut, true)
})

streams.add('EventSource.close(): the server sees it', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const source = new EventSource('/lab/events')
        source.onmessage = () => {
          source.close()
          resolve()
        }
      }),
  )
  const cut = await settled(
    () => world.site.seen('/lab/events')[0]?.isCut,
    (isCut) => isCut === true,
    2500,
  )
  assert.equal(cut, true)
})
