import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stayAwake } from './stay-awake.ts'

const URL = 'https://app.example/api/events'
const PING = 15_000

let observers = 0
let observed: ((entries: { name: string; startTime: number; duration: number }[]) => void) | undefined
const ping = vi.fn()
let begin: (answer: { url: string; at: number }) => void

beforeEach(() => {
  vi.useFakeTimers()
  observers = 0
  vi.stubGlobal(
    'PerformanceObserver',
    class {
      constructor(callback: (list: { getEntries: () => unknown[] }) => void) {
        observed = (entries) => callback({ getEntries: () => entries })
      }
      observe(): void {
        observers++
      }
    },
  )
  ping.mockClear()
  begin = stayAwake(ping)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const now = (): number => Date.now()
const end = (start: number, url = URL): void =>
  observed?.([{ name: url, startTime: start - (now() - performance.now()), duration: now() - start }])

test('a page without long answers observes nothing and has no timer', () => {
  expect(observers).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('the worker is pinged while an answer is open, and not after', () => {
  const start = now()
  begin({ url: URL, at: start })
  vi.advanceTimersByTime(2 * PING)
  expect(ping).toHaveBeenCalledTimes(2)
  end(start)
  vi.advanceTimersByTime(10 * PING)
  expect(ping).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})

test('two answers of one URL: the end of one is not that of the other', () => {
  const start = now()
  begin({ url: URL, at: start })
  begin({ url: URL, at: start + 1 })
  vi.advanceTimersByTime(PING)
  end(start)
  vi.advanceTimersByTime(PING)
  expect(ping).toHaveBeenCalledTimes(2)
  end(start)
  vi.advanceTimersByTime(PING)
  expect(ping).toHaveBeenCalledTimes(2)
})

test('the end of another URL, or of an earlier request, is none', () => {
  const start = now()
  vi.advanceTimersByTime(1000)
  begin({ url: URL, at: now() + 1000 })
  end(start)
  end(start, `${URL}/other`)
  vi.advanceTimersByTime(PING)
  expect(ping).toHaveBeenCalledTimes(1)
})

test('an answer that ended before the message came is not kept open', () => {
  begin({ url: URL, at: now() })
  end(now())
  const start = now()
  vi.advanceTimersByTime(100)
  end(start)
  begin({ url: URL, at: start + 50 })
  vi.advanceTimersByTime(PING)
  expect(ping).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})
