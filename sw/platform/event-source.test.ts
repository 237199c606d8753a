import { describe, expect, it } from 'vitest'
import { problemResponse } from './problem-response.ts'
import { forEventSource, isOfEventSource } from './event-source.ts'

const request = (headers: HeadersInit, cache: RequestCache = 'no-store') =>
  new Request('https://app.example.com/api/events', { headers, cache })

const breakingOff = () => {
  const chunks = ['data: 1\n\n', 'data: 2\n\n']
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.error(new TypeError('network error'))
      else controller.enqueue(new TextEncoder().encode(chunk))
    },
  })
}

const UNAVAILABLE = { kind: 'http', code: 'refresh-unavailable', message: 'Not now.' } as const

describe('an EventSource', () => {
  it('is told from a fetch that reads an event stream', () => {
    expect(isOfEventSource(request({ Accept: 'text/event-stream' }))).toBe(true)
    expect(isOfEventSource(request({ Accept: 'text/event-stream' }, 'default'))).toBe(false)
    expect(isOfEventSource(request({ Accept: '*/*' }))).toBe(false)
  })

  it('connects again after its stream has broken off', async () => {
    const headers = { 'Content-Type': 'text/event-stream', 'X-Own': '1' }
    const answer = await forEventSource(Promise.resolve(new Response(breakingOff(), { headers })))
    expect([answer.status, ...answer.headers.values()]).toEqual([200, 'text/event-stream', '1'])
    await expect(answer.text()).resolves.toBe('data: 1\n\ndata: 2\n\n')
  })

  it.each([
    ['a refresh that failed for now', async () => problemResponse(UNAVAILABLE, 1)],
    ['a server that could not be reached', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('connects again after %s', async (_, answer) => {
    await expect(forEventSource(answer(), false)).resolves.toMatchObject({ type: 'error' })
    const stream = await forEventSource(answer(), true)
    expect([stream.status, stream.headers.get('Content-Type')]).toEqual([200, 'text/event-stream'])
    await expect(stream.text()).resolves.toBe('')
  })

  it('that is closed ends the connection to the server', async () => {
    const ended: unknown[] = []
    const stream = new ReadableStream({ cancel: (reason) => void ended.push(reason) })
    const answer = await forEventSource(Promise.resolve(new Response(stream)))
    await answer.body?.cancel('closed')
    expect(ended).toEqual(['closed'])
  })
})
