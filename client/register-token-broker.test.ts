import { afterEach, expect, test, vi } from 'vitest'
import { registerTokenBroker } from './register-token-broker.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a page that is prerendered for minutes before it is shown has its whole time limit then', async () => {
  vi.useFakeTimers()
  const page = Object.assign(new EventTarget(), { prerendering: true, visibilityState: 'hidden' })
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('isSecureContext', true)
  let code: unknown
  const registered = registerTokenBroker('/sw.js').catch((error: { code: unknown }) => (code = error.code))

  await vi.advanceTimersByTimeAsync(120_000)
  expect(code).toBeUndefined()

  page.prerendering = false
  page.dispatchEvent(new Event('prerenderingchange'))
  await registered
  // It has been looked for only now; there is none here.
  expect(code).toBe('unsupported')
})
