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

describe('an EventSource', () => {
  it('is told from a fetch that reads an event stream', () => {
    expect(isOfEventSource(request({ Accept: 'text/event-stream' }))).toBe(true)
    expect(isOfEventSource(request({ Accept: 'text/event-stream' }, 'default'))).toBe(false)
    expect(isOfEventSource(request({ Accept: '*/*' }))).toBe(false)
  })

  it('connects again after its stream has broken off', async () => {
    const headers = { 'Content-Type': 'text/event-stream', 'X-Own': '1' }
    const answer = forEventSource(new Response(breakingOff(), { headers }))
    expect([answer.status, ...answer.headers.values()]).toEqual([200, 'text/event-stream', '1'])
    await expect(answer.text()).resolves.toBe('data: 1\n\ndata: 2\n\n')
  })

  it('connects again after a refresh that failed for now', () => {
    const problem = problemResponse({ kind: 'http', code: 'refresh-unavailable', message: 'Not now.' }, 1)
    expect(forEventSource(problem).type).toBe('error')
  })

  it('that is closed ends the connection to the server', async () => {
    const ended: unknown[] = []
    const stream = new ReadableStream({ cancel: (reason) => void ended.push(reason) })
    await forEventSource(new Response(stream)).body?.cancel('closed')
    expect(ended).toEqual(['closed'])
  })
})
