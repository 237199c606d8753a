import { describe, expect, test, vi } from 'vitest'
import type { Announcement } from './protocol/messages.ts'
import { judge, type IsExpired } from './judge-answer.ts'
import { testClock } from './testing/fixtures.ts'

/** What the hook says of an answer, and what the pages are told. */
async function asked(
  isExpired: IsExpired,
  response: Response = new Response(),
): Promise<{ verdict: boolean | undefined; told: Announcement[] }> {
  const told: Announcement[] = []
  const verdict = await judge(isExpired, testClock(), (announcement) => told.push(announcement))(response)
  return { verdict, told }
}

const typed = (body: BodyInit, type: string): Response =>
  new Response(body, { headers: { 'Content-Type': type } })

/** What a peek sees, and what is left for the page. */
async function peeked(response: Response): Promise<{ seen: unknown[]; left: string }> {
  const seen: unknown[] = []
  await asked(async (_, peek) => {
    seen.push(await peek(), await peek())
    return false
  }, response)
  return { seen, left: await response.text() }
}

describe('whether an answer says that the token has expired', () => {
  test.each([true, false, undefined])('is what the hook says: %s', async (verdict) => {
    expect(await asked(() => verdict)).toEqual({ verdict, told: [] })
    expect(await asked(async () => verdict)).toEqual({ verdict, told: [] })
  })

  test('may be told by status, headers and body together', async () => {
    const isExpired: IsExpired = async (response, peek) => {
      const body = await peek()
      return response.ok && typeof body === 'object' && body !== null && 'code' in body && body.code === 401
    }
    expect((await asked(isExpired, Response.json({ code: 401 }))).verdict).toBe(true)
    expect((await asked(isExpired, Response.json({ code: 0 }))).verdict).toBe(false)
    expect((await asked(isExpired, Response.json({ code: 401 }, { status: 500 }))).verdict).toBe(false)
  })

  test.each<[string, IsExpired]>([
    [
      'throws',
      () => {
        throw new TypeError('x is undefined')
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('x is undefined'))],
  ])('is not, where the hook %s: the developer is told and the answer passes on', async (_, isExpired) => {
    expect(await asked(isExpired, new Response('', { status: 401 }))).toEqual({
      verdict: false,
      told: [
        {
          type: 'broker-error',
          code: 'is-expired-failed',
          message: expect.stringContaining('x is undefined'),
        },
      ],
    })
  })

  test('is not, where the hook takes for ever', async () => {
    vi.useFakeTimers()
    const answer = asked(() => new Promise(() => undefined))
    await vi.advanceTimersByTimeAsync(6000)
    vi.useRealTimers()
    expect(await answer).toMatchObject({ verdict: false, told: [{ code: 'is-expired-failed' }] })
  })
})

describe('a look at the body', () => {
  test('is not taken unless it is asked for', async () => {
    const response = Response.json({ code: 401 })
    const clone = vi.spyOn(response, 'clone')
    await asked(() => false, response)
    expect(clone).not.toHaveBeenCalled()
    expect(response.bodyUsed).toBe(false)
  })

  test.each([
    { what: 'JSON', response: Response.json({ code: 401 }), seen: { code: 401 }, left: '{"code":401}' },
    { what: 'text', response: typed('Grüße', 'text/plain'), seen: 'Grüße', left: 'Grüße' },
    { what: 'broken JSON', response: typed('{"code"', 'application/json'), seen: '{"code"', left: '{"code"' },
    {
      what: 'a problem',
      response: typed('{"title":"x"}', 'application/problem+json'),
      seen: { title: 'x' },
      left: '{"title":"x"}',
    },
    { what: 'an event stream', response: typed('data: 1', 'text/event-stream'), seen: '', left: 'data: 1' },
    { what: 'media', response: typed('RIFF', 'audio/wav'), seen: '', left: 'RIFF' },
    { what: 'nothing', response: new Response(null, { status: 204 }), seen: '', left: '' },
  ])('of $what leaves it to the page', async ({ response, seen, left }) => {
    expect(await peeked(response)).toEqual({ seen: [seen, seen], left })
  })

  test('sees the first 64 KiB of what is longer', async () => {
    const text = 'é'.repeat(100_000)
    const { seen, left } = await peeked(typed(text, 'text/plain'))
    expect(seen[0]).toBe('é'.repeat(32 * 1024))
    expect(left).toBe(text)
  })

  test('sees what has come within a second of what does not end', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"code":')),
    })
    const response = typed(body, 'application/json')
    let seen: unknown
    await asked(async (_, peek) => {
      seen = await peek()
      return false
    }, response)
    expect(seen).toBe('{"code":')
    expect(response.bodyUsed).toBe(false)
  })

  test('of one that breaks off sees what there was', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half'))
      },
      pull: (controller) => controller.error(new TypeError('network error')),
    })
    let seen: unknown = 'nothing'
    const { told } = await asked(
      async (_, peek) => {
        seen = await peek()
        return false
      },
      typed(body, 'text/plain'),
    )
    expect(told).toEqual([])
    expect(['half', '']).toContain(seen)
  })
})
