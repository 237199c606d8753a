import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Tab } from '../engine.ts'
import { Http2Server } from '../h2-server.ts'
import { isGood } from '../lab-server.ts'
import { Scenarios, settled } from '../scenario.ts'
import type { World } from '../world.ts'

/** Bodies that are long, or come piece by piece. */
export const uploads = new Scenarios()

/** More than `replayLimit`, bytes. */
const LONG = 6 * 2 ** 20

uploads.add('a body beyond replayLimit: sent once, and its 401 is the cause of a refresh', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const status = await tab.evaluate(async (size) => {
    const body = new Blob([new Uint8Array(size)])
    return (await window.lab.fetch('/lab/echo?long', { method: 'POST', body })).status
  }, LONG)
  assert.equal(status, 401)
  assert.deepEqual(
    world.site.seen('/lab/echo?long').map(({ bytes }) => bytes),
    [LONG],
  )
  await settled(
    () => world.refreshes(),
    (count) => count === 1,
  )
  assert.equal((await tab.evaluate(() => window.lab.fetch('/lab/echo'))).status, 200)
  assert.equal(await world.refreshes(), 1)
})

uploads.add(
  'during an early refresh a form goes out beside it, a body beyond replayLimit after it',
  async (world) => {
    const tab = await world.tab()
    await world.demo.fault({ target: 'refresh', hold: true })
    // The token is good, and the page has it refreshed all the same.
    await tab.evaluate(async () => {
      const credentials = JSON.stringify({ username: 'alice', password: 'alice' })
      const headers = { 'Content-Type': 'application/json' }
      const login = await fetch('/auth/login', { method: 'POST', headers, body: credentials })
      void fetch('/auth/refresh', { method: 'POST', headers, body: JSON.stringify(await login.json()) })
    })
    await settled(
      () => world.refreshes(),
      (count) => count === 1,
    )
    const sha256 = await tab.evaluate(() => window.lab.digest('FormData'))
    const status = await tab.evaluate(async (size) => {
      const body = new Blob([new Uint8Array(size)])
      void window.lab.fetch('/lab/echo?long', { method: 'POST', body })
      const form = window.lab.body('FormData')
      return (await window.lab.fetch('/lab/echo?form', { method: 'POST', body: form })).status
    }, LONG)
    assert.equal(status, 200)
    assert.equal(world.site.seen('/lab/echo?form')[0]?.sha256, sha256)
    assert.deepEqual(world.site.seen('/lab/echo?long'), [])

    await world.demo.release()
    const { token, bytes } = await world.arrived('/lab/echo?long', world.site, 10_000)
    assert.deepEqual([token, bytes], ['valid', LONG])
  },
)

const NO_STREAMS = {
  Firefox: 'no streaming uploads',
  WebKitGTK: 'no streaming uploads',
}
const PIECES = 4
/** ms */
const PAUSE = 150

uploads.add(
  "streaming upload over HTTP/2 (duplex: 'half'): piece by piece, with the token, and replayed",
  (world) =>
    withHttp2(world, async (tab, api) => {
      const expected = createHash('sha256').update('....'.repeat(PIECES)).digest('hex')
      assert.equal(await send(tab, `${api.url}/lab/first`, '....', PIECES), 200)
      const [first] = api.uploads
      assert.deepEqual([first?.status, first?.sha256], [200, expected])
      const [start = 0] = first?.at ?? []
      assert.ok((first?.at.at(-1) ?? 0) - start >= PAUSE, 'it came in one piece')

      await world.demo.revoke()
      assert.equal(await send(tab, `${api.url}/lab/second`, '....', PIECES), 200)
      assert.deepEqual(
        api.uploads.slice(1).map((upload) => [upload.status, upload.sha256]),
        [
          [401, expected],
          [200, expected],
        ],
      )
    }),
  NO_STREAMS,
)

uploads.add(
  'streaming upload beyond replayLimit: sent once, its 401 is passed on',
  (world) =>
    withHttp2(world, async (tab, api) => {
      await world.demo.revoke()
      assert.equal(await send(tab, `${api.url}/lab/long`, '.'.repeat(LONG / PIECES), PIECES), 401)
      assert.deepEqual(
        api.uploads.map(({ bytes }) => bytes),
        [LONG],
      )
    }),
  NO_STREAMS,
)

async function withHttp2(world: World, act: (tab: Tab, api: Http2Server) => Promise<void>): Promise<void> {
  const api = await Http2Server.start((authorization) => isGood(world.demo.url, authorization))
  try {
    await act(await world.loggedIn({ files: [api.url] }), api)
  } finally {
    api.close()
  }
}

/** @returns the status, or 0 */
function send(tab: Tab, url: string, piece: string, pieces: number): Promise<number> {
  return tab.evaluate(
    async (to, text, count, pause) => {
      const bytes = new TextEncoder().encode(text)
      let left = count
      const body = new ReadableStream({
        async pull(controller) {
          if (left === 0) return controller.close()
          if (left-- < count) await new Promise((resolve) => setTimeout(resolve, pause))
          controller.enqueue(bytes)
        },
      })
      const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
      return (await window.lab.fetch(to, init)).status
    },
    url,
    piece,
    pieces,
    PAUSE,
  )
}
