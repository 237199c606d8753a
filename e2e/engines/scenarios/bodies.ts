import assert from 'node:assert/strict'
import { BODY_KINDS } from '../app/lab-bodies.ts'
import { everywhere, Scenarios } from '../scenario.ts'

/** What pages send with `fetch`, XMLHttpRequest and axios arrives as it is, the first time and the second. */
export const bodies = new Scenarios()

for (const kind of BODY_KINDS)
  bodies.add(`fetch, ${kind} body: first send and replay, byte for byte`, async (world) => {
    const tab = await world.loggedIn()
    const post = (url: string): Promise<number> =>
      tab.evaluate(
        async (to, what) =>
          (await window.lab.fetch(to, { method: 'POST', body: window.lab.body(what) })).status,
        url,
        kind,
      )
    const sha256 = await tab.evaluate((what) => window.lab.digest(what), kind)
    assert.equal(await post('/lab/echo?first'), 200)
    await world.demo.revoke()
    assert.equal(await post('/lab/echo?second'), 200)

    const seen = [...world.site.seen('/lab/echo?first'), ...world.site.seen('/lab/echo?second')]
    assert.deepEqual(
      seen.map((each) => ({ status: each.status, sha256: each.sha256 })),
      [200, 401, 200].map((status) => ({ status, sha256 })),
    )
    const types = seen.map(({ headers }) => headers.find(([name]) => /^content-type$/i.test(name))?.[1])
    assert.equal(types[1], types[2])
  })

bodies.add('XMLHttpRequest: every responseType, download progress, FormData with replay', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const got = await tab.evaluate(async () => {
    const types = ['', 'text', 'json', 'arraybuffer', 'blob', 'document'] as const
    const values = types.map(async (type) => {
      const url = type === 'document' ? '/lab/page.html' : '/lab/tagged'
      const { status, response, responseURL } = await window.lab.xhr('GET', url, (request) => {
        request.responseType = type
      })
      return [status, Object.prototype.toString.call(response), new URL(responseURL).pathname]
    })
    const progress: number[] = []
    await window.lab.xhr('GET', '/api/download', (request) => {
      request.onprogress = ({ loaded }) => progress.push(loaded)
    })
    const { status } = await window.lab.xhr('POST', '/lab/echo', undefined, 'FormData')
    return { values: await Promise.all(values), last: progress.at(-1), status }
  })
  const string = [200, '[object String]', '/lab/tagged']
  assert.deepEqual(got.values.slice(0, 2), [string, string])
  assert.deepEqual(
    got.values.slice(2).map(([status, type]) => [status, type]),
    [
      [200, '[object Object]'],
      [200, '[object ArrayBuffer]'],
      [200, '[object Blob]'],
      [200, '[object HTMLDocument]'],
    ],
  )
  assert.deepEqual([got.last, got.status], [2 ** 20, 200])
  const sha256 = await tab.evaluate(() => window.lab.digest('FormData'))
  assert.equal(world.site.seen('/lab/echo').at(-1)?.sha256, sha256)
  assert.equal(await world.refreshes(), 1)
})

bodies.add('axios with default settings: JSON, form, replay', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const answers = await tab.evaluate(async () => {
    const { axios } = window.lab
    const json = await axios.post<{ method: string }>('/lab/echo?json', { a: 1 })
    const form = await axios.postForm<{ method: string }>('/lab/echo?form', { a: 1, file: new Blob(['x']) })
    const put = await axios.put<{ method: string }>('/lab/echo?put', 'text')
    return [json, form, put].map(({ status, data }) => [status, data.method])
  })
  assert.deepEqual(answers, [
    [200, 'POST'],
    [200, 'POST'],
    [200, 'PUT'],
  ])
  assert.deepEqual(
    world.site.seen('/lab/echo?json').map(({ status, bytes }) => [status, bytes]),
    [
      [401, 7],
      [200, 7],
    ],
  )
})

bodies.add('ky with default settings: JSON, form, replay without a retry of its own', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const answers = await tab.evaluate(async () => {
    const { ky } = window.lab
    const form = window.lab.body('FormData')
    const all = [
      await ky.post('/lab/echo?json', { json: { a: 1 } }).json<{ method: string }>(),
      await ky.put('/lab/echo?form', { body: form }).json<{ method: string }>(),
      await ky.get('/lab/echo').json<{ method: string }>(),
    ]
    return all.map(({ method }) => method)
  })
  assert.deepEqual(answers, ['POST', 'PUT', 'GET'])
  assert.deepEqual(
    world.site.seen('/lab/echo?json').map(({ status, bytes }) => [status, bytes]),
    [
      [401, 7],
      [200, 7],
    ],
  )
  const sha256 = await tab.evaluate(() => window.lab.digest('FormData'))
  assert.deepEqual(
    world.site.seen('/lab/echo?form').map((each) => each.sha256),
    [sha256],
  )
})

bodies.add(
  'XMLHttpRequest: upload progress',
  async (world) => {
    const tab = await world.loggedIn()
    const events = await tab.evaluate(async () => {
      let count = 0
      const watch = (request: XMLHttpRequest): void => {
        request.upload.onprogress = () => count++
      }
      await window.lab.xhr('POST', '/lab/echo', watch, 'Blob')
      return count
    })
    assert.ok(events > 0, 'no progress event')
  },
  everywhere('no upload progress for what a worker answers (w3c/ServiceWorker#1141); use #without-token'),
)

bodies.add(
  'XMLHttpRequest, synchronous',
  async (world) => {
    const tab = await world.loggedIn()
    const status = await tab.evaluate(() => {
      const request = new XMLHttpRequest()
      request.open('GET', '/lab/echo', false)
      request.send()
      return request.status
    })
    assert.equal(status, 200)
  },
  {
    Chromium: 'a synchronous request does not reach the worker (whatwg/xhr#397)',
    WebKitGTK: 'a synchronous request does not reach the worker (whatwg/xhr#397)',
  },
)

bodies.add('methods: HEAD, PUT, PATCH, DELETE, OPTIONS, PROPFIND, REPORT', async (world) => {
  const tab = await world.loggedIn()
  const methods = ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'REPORT']
  await world.demo.revoke()
  const answers = await tab.evaluate(async (all) => {
    const statuses: number[] = []
    for (const method of all) statuses.push((await window.lab.fetch('/lab/echo', { method })).status)
    return statuses
  }, methods)
  assert.deepEqual([...new Set(answers)], [200])
  const arrived = world.site.seen('/lab/echo').filter(({ token }) => token === 'valid')
  assert.deepEqual(
    arrived.map(({ method }) => method),
    methods,
  )
})

bodies.add(
  'a request header with other characters than ASCII',
  async (world) => {
    const tab = await world.loggedIn()
    await tab.evaluate(async () => {
      const init = { headers: { 'X-Latin': 'Gr\u00FC\u00DFe' } }
      await window.lab.fetch('/lab/echo?alone#without-token', init)
      await window.lab.fetch('/lab/echo?broker', init)
    })
    const [alone, broker] = [world.site.seen('/lab/echo?alone'), world.site.seen('/lab/echo?broker')].map(
      ([seen]) => seen?.headers.find(([name]) => /^x-latin$/i.test(name))?.[1],
    )
    assert.ok(alone)
    assert.equal(broker, alone)
  },
  { Chromium: 'a worker does not get what is not ASCII in a header' },
)

bodies.add('answers without a body: 204, a 304 that the page has asked for, HEAD', async (world) => {
  const tab = await world.loggedIn()
  const answers = await tab.evaluate(async () => {
    const all = [
      await window.lab.fetch('/lab/status?code=204'),
      await window.lab.fetch('/lab/tagged', { headers: { 'If-None-Match': '"1"' } }),
      await window.lab.fetch('/lab/tagged', { method: 'HEAD' }),
    ]
    return all.map(({ status, text, error }) => error ?? [status, text])
  })
  assert.deepEqual(answers, [
    [204, ''],
    [304, ''],
    [200, ''],
  ])
})

bodies.add(
  "HTTP cache: a fresh answer, a 304, 'only-if-cached'",
  async (world) => {
    const tab = await world.loggedIn()
    const answers = await tab.evaluate(async () => {
      const init: RequestInit = { cache: 'only-if-cached', mode: 'same-origin' }
      const before = await window.lab.fetch('/lab/cached', init)
      await window.lab.fetch('/lab/cached')
      const all = [
        await window.lab.fetch('/lab/cached'),
        await window.lab.fetch('/lab/cached', init),
        await window.lab.fetch('/lab/tagged'),
        await window.lab.fetch('/lab/tagged'),
      ]
      return [before.status === 200, ...all.map(({ status, text }) => [status, text])]
    })
    const cached = [200, '{ "cached": true }']
    const tagged = [200, '{ "tagged": true }']
    assert.deepEqual(answers, [false, cached, cached, tagged, tagged])
    assert.equal(world.site.seen('/lab/cached').length, 1)
    assert.deepEqual(
      world.site.seen('/lab/tagged').map(({ status }) => status),
      [200, 304],
    )
  },
  { WebKitGTK: 'under WebDriver it keeps no HTTP cache, without a worker neither' },
)
