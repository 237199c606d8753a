// The steps of the worker for one request, made in a page: the time of each, in microseconds.
import { decideRequest, type RequestPolicy } from '../../../sw/core/request-policy.ts'
import { authorizedRequest } from '../../../sw/platform/authorized-request.ts'
import { dpopProof } from '../../../sw/platform/dpop-proof.ts'
import { factsOf } from '../../../sw/platform/request-facts.ts'
import { spareRequest } from '../../../sw/platform/spare-request.ts'

declare global {
  interface Window {
    /** µs a step, each made as often. */
    parts(times: number): Promise<[step: string, microseconds: number][]>
  }
}

const CARRIERS = { headers: ['Authorization'], scheme: 'Bearer', query: [] }
const { origin } = location
const POLICY: RequestPolicy = {
  protect: [{ origin, path: '/api/' }],
  exclude: [],
  navigations: [],
  attach: 'add',
  endpoints: [
    { type: 'login', method: 'POST', origin, path: '/auth/login', query: [] },
    { type: 'refresh', origin, path: '/auth/refresh', query: [] },
    { type: 'logout', origin, path: '/auth/logout', query: [] },
  ],
}
const HEADERS = new Map([['Authorization', `Bearer ${crypto.randomUUID()}`]])
const get = new Request('/api/orders')
const clock = { within: <T>(_ms: number, promise: Promise<T>): Promise<T> => promise }

const STEPS: Record<string, () => unknown> = {
  'facts and decision': () => decideRequest(POLICY, factsOf(get, CARRIERS)),
  'a copy with the token': () => authorizedRequest(get, HEADERS),
  'for comparison: new Request(request)': () => new Request(get),
  'a spare of a POST with 1 kB': async () => {
    const request = new Request('/api/orders', { method: 'POST', body: '.'.repeat(1000) })
    await spareRequest(request, 2 ** 20, clock).size()
  },
  'for comparison: that POST alone': () =>
    new Request('/api/orders', { method: 'POST', body: '.'.repeat(1000) }),
}

const pair = crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])

window.parts = async (times) => {
  const key = await pair
  const claims = {
    method: 'GET',
    url: get.url,
    accessToken: crypto.randomUUID(),
    issuedAt: Math.floor(Date.now() / 1000),
    nonce: undefined,
  }
  const steps = { ...STEPS, 'a DPoP proof': () => dpopProof(key, claims) }
  const all: [string, number][] = []
  for (const [name, step] of Object.entries(steps)) {
    const begin = performance.now()
    for (let i = 0; i < times; i++) await step()
    all.push([name, ((performance.now() - begin) * 1000) / times])
  }
  return all
}
