import type { BodyKind } from './lab-bodies.ts'

/** A request that both workers get; what arrives is compared. */
export interface Sample {
  title: string
  path?: string
  init?: RequestInit
  body?: BodyKind
}

const POLICIES: ReferrerPolicy[] = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
]
const CACHES: RequestCache[] = ['default', 'no-store', 'reload', 'no-cache', 'force-cache']

const bodySamples = (
  ['string', 'json', 'URLSearchParams', 'Blob', 'File', 'ArrayBuffer', 'FormData'] as const
).map((body): Sample => ({ title: `${body} body`, init: { method: 'POST' }, body }))

export const SAMPLES: Sample[] = [
  { title: 'nothing but a URL' },
  {
    title: 'headers',
    init: { headers: { Accept: 'a/b', 'X-Custom-NAME': 'Value', 'accept-language': 'de' } },
  },
  {
    title: 'a header twice',
    init: {
      headers: [
        ['X-Twice', 'one'],
        ['X-Twice', 'two'],
      ],
    },
  },
  { title: 'Range', init: { headers: { Range: 'bytes=0-10' } } },
  { title: 'conditional', path: 'tagged', init: { headers: { 'If-None-Match': '"1"' } } },
  ...CACHES.map((cache): Sample => ({ title: `cache: ${cache}`, init: { cache } })),
  ...POLICIES.map((referrerPolicy): Sample => ({
    title: `referrerPolicy: ${referrerPolicy}`,
    init: { referrerPolicy },
  })),
  { title: 'no referrer', init: { referrer: '' } },
  { title: 'another referrer', init: { referrer: '/another/page?query' } },
  { title: 'credentials: include', init: { credentials: 'include' } },
  { title: 'mode: same-origin', init: { mode: 'same-origin' } },
  { title: 'priority: high', init: { priority: 'high' } },
  { title: 'priority: low', init: { priority: 'low' } },
  // Of '{}', with a body that is another one.
  {
    title: 'integrity, wrong',
    path: 'echo',
    init: { integrity: 'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=' },
  },
  {
    title: 'integrity, right',
    path: 'slow?ms=0',
    init: { integrity: 'sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=' },
  },
  { title: 'cache: only-if-cached', init: { cache: 'only-if-cached', mode: 'same-origin' } },
  ...['HEAD', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].map((method): Sample => ({
    title: method,
    init: { method },
  })),
  { title: 'empty POST', init: { method: 'POST' } },
  { title: 'JSON', init: { method: 'PUT', headers: { 'Content-Type': 'application/json' } }, body: 'json' },
  ...bodySamples,
  { title: 'keepalive', init: { method: 'POST', keepalive: true }, body: 'URLSearchParams' },
  { title: 'headers of the answer', path: 'headers' },
  { title: 'an answer that breaks off', path: 'cut' },
  { title: 'trailers', path: 'trailers' },
  { title: 'an answer that breaks off before its trailers', path: 'trailers?cut' },
  { title: '204', path: 'status?code=204' },
  { title: '404', path: 'status?code=404' },
  { title: '503', path: 'status?code=503' },
  { title: 'redirect', path: 'redirect?to=/open/echo' },
  { title: 'redirect: manual', path: 'redirect?to=/open/echo', init: { redirect: 'manual' } },
  { title: 'redirect: error', path: 'redirect?to=/open/echo', init: { redirect: 'error' } },
]
