import { afterEach, describe, expect, test, vi } from 'vitest'
import { testClock } from '../testing/fixtures.ts'
import { spareRequest, type SpareRequest } from './spare-request.ts'

const URL = 'https://app.example/api/x'
const MORE = 1_000_000

afterEach(() => vi.unstubAllGlobals())

const post = (body: BodyInit | null): Request => new Request(URL, { method: 'POST', body })
const spareOf = (request: Request, limit: number): SpareRequest => spareRequest(request, limit, testClock())

/** A body that is made as it is read. */
function stream(chunks: number): { request: Request; read: () => number } {
  let read = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (read === chunks) controller.close()
      else controller.enqueue(new Uint8Array(1000).fill(read++))
    },
  })
  const init = { method: 'POST', body, duplex: 'half' }
  return { request: new Request(URL, init), read: () => read }
}

/** As in Firefox and WebKit, which have no streaming uploads. */
function withoutStreams(): void {
  vi.stubGlobal('Request', { prototype: {} })
}

test.each(['GET', 'HEAD'])('%s has no body: the request is its own spare', async (method) => {
  const request = new Request(URL, { method })
  const spare = spareOf(request, 0)
  expect(spare.request).toBe(request)
  expect(await spare.size()).toBe(0)
})

describe('a body', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    "of a %s is copied, and the request's own is not looked at",
    async (method) => {
      const request = new Request(URL, { method, body: 'x' })
      const body = vi.spyOn(request, 'body', 'get')
      expect(await spareOf(request, 10).request.text()).toBe('x')
      expect(body).not.toHaveBeenCalled()
    },
  )

  test.each([
    { what: 'none', body: null, limit: 0, size: 0 },
    { what: 'a text of exactly the limit, in bytes', body: 'ä€', limit: 5, size: 5 },
    { what: 'a blob', body: new Blob(['abc']), limit: 10, size: 3 },
  ])('within the limit is measured: $what', async ({ body, limit, size }) => {
    expect(await spareOf(post(body), limit).size()).toBe(size)
  })

  test('that was measured can be sent twice', async () => {
    const { request } = stream(3)
    const spare = spareOf(request, 3000)
    expect(await spare.size()).toBe(3000)
    expect((await request.arrayBuffer()).byteLength).toBe(3000)
    expect((await spare.request.arrayBuffer()).byteLength).toBe(3000)
  })

  test('beyond the limit is told at once, read no further, and can be sent once', async () => {
    const { request, read } = stream(1000)
    expect(await spareOf(request, 1500).size()).toBeUndefined()
    expect(read()).toBeLessThan(10)
    expect((await request.arrayBuffer()).byteLength).toBe(MORE)
  })

  test('that is a stream: nothing of it is kept once it is longer than the limit', async () => {
    const { request } = stream(1000)
    const spare = spareOf(request, 1500)
    expect((await request.arrayBuffer()).byteLength).toBe(MORE)
    expect(spare.request.bodyUsed).toBe(true)
  })

  test('where there are no streams: it is read only when its size is asked for', async () => {
    const request = post('x')
    const clone = vi.spyOn(request, 'clone')
    withoutStreams()
    const spare = spareOf(request, 10)
    const copies = vi.spyOn(spare.request, 'clone')
    expect(clone).toHaveBeenCalledTimes(1)
    expect(copies).not.toHaveBeenCalled()
    expect(await spare.size()).toBe(1)
  })

  test('that breaks off has no size', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('given up')) })
    const init = { method: 'POST', body, duplex: 'half' }
    expect(await spareOf(new Request(URL, init), 10).size()).toBeUndefined()
  })

  test('that does not come to an end has none either', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) })
    const init = { method: 'POST', body, duplex: 'half' }
    const clock = { within: () => Promise.resolve(undefined) }
    expect(await spareRequest(new Request(URL, init), 10, clock).size()).toBeUndefined()
  })
})
