import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

interface Sent {
  url: string
  method?: string
  mode?: string
  keepalive?: boolean
}

/** A worker with a broker for each of `prefixes`: who answers a request, or undefined where nobody does. */
async function workerWith(...prefixes: string[]): Promise<(sent: Sent) => Promise<string | undefined>> {
  const listeners: ((event: object) => void)[] = []
  vi.stubGlobal('self', {
    addEventListener: (_type: string, listener: (event: object) => void) => listeners.push(listener),
  })
  vi.stubGlobal('fetch', async () => new Response('the network'))
  const { listen } = await import('./routes.ts')
  for (const prefix of prefixes)
    listen(({ url }) => (url.startsWith(prefix) ? Promise.resolve(new Response(prefix)) : undefined))
  return async (sent) => {
    let answer: Promise<Response> | undefined
    const request = { method: 'GET', mode: 'cors', keepalive: false, ...sent }
    for (const listener of listeners)
      if (!answer) listener({ request, respondWith: (response: Promise<Response>) => (answer = response) })
    return (await answer)?.text()
  }
}

const BEACON = { method: 'POST', mode: 'no-cors', keepalive: true }

test('a beacon to an address that is not ours is passed on, and nothing else is', async () => {
  const answered = await workerWith('/api/')
  expect(await answered({ url: '/metrics', ...BEACON })).toBe('the network')
  expect(await answered({ url: '/metrics', ...BEACON, keepalive: false })).toBeUndefined()
  expect(await answered({ url: '/metrics', ...BEACON, mode: 'cors' })).toBeUndefined()
  expect(await answered({ url: '/image', mode: 'no-cors', keepalive: true })).toBeUndefined()
})

test('a beacon reaches the broker whose API it is for, be that the first or the second', async () => {
  const answered = await workerWith('/api/', '/files/')
  for (const url of ['/api/', '/files/']) expect(await answered({ url, ...BEACON })).toBe(url)
})
