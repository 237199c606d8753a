// The headers that docs/security-headers.md recommends, with the reasons there.
import type { MiddlewareHandler } from 'hono'
import type { DemoEnv } from './state.ts'

/** The worker's script; no other is served as one, so that a script in the page can install none of its own. */
const WORKER = '/sw.js'
/** Where a login passes through. */
const RETURN_PAGES = /^\/(auth|oauth)\/(login|callback|logout)\/?$/

/** A policy as the header's value. */
const policy = (directives: Readonly<Record<string, string>>): string =>
  Object.entries(directives)
    .map((directive) => directive.join(' ').trim())
    .join('; ')

export interface Origins {
  /** Of the OpenID provider, which the worker alone talks to. */
  provider?: string
  /** Of the APIs on other origins. */
  apis: readonly string[]
}

const pagePolicy = ({ apis }: Origins): string =>
  policy({
    'default-src': `'none'`,
    'script-src': `'self'`,
    'style-src': `'self'`,
    'img-src': `'self'`,
    // The page's own list counts as well for what the worker answers.
    'connect-src': [`'self'`, ...apis].join(' '),
    'worker-src': `'self'`,
    'manifest-src': `'self'`,
    'form-action': `'self'`,
    'base-uri': `'none'`,
    'frame-ancestors': `'none'`,
    'require-trusted-types-for': `'script'`,
    'trusted-types': 'sw-token-broker',
  })

/** A worker has no policy but that of its script's answer. */
const workerPolicy = ({ provider, apis }: Origins): string =>
  policy({
    'default-src': `'none'`,
    'script-src': `'self'`,
    'connect-src': [`'self'`, ...(provider === undefined ? [] : [provider]), ...apis].join(' '),
  })

const EVERYWHERE = { 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'same-origin' }
const PAGE = {
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  // A login in a window of its own leaves for the provider and comes back.
  'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
}
/** Nobody frames these, opens them as a window to look into, or learns their address. */
const RETURN_PAGE = {
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export function securityHeaders(origins: Origins): MiddlewareHandler<DemoEnv> {
  return async (c, next) => {
    const isWorker = c.req.header('Service-Worker') === 'script'
    if (isWorker && c.req.path !== WORKER) return c.text('This is no service worker', 403)
    const isReturnPage = c.req.method === 'GET' && RETURN_PAGES.test(c.req.path)
    // A browser that says nothing is an old one.
    if (isReturnPage && (c.req.header('Sec-Fetch-Dest') ?? 'document') !== 'document')
      return c.text('A login passes through a whole tab, not a frame or a script', 403)
    await next()
    const isPage = c.res.headers.get('Content-Type')?.startsWith('text/html') === true
    const headers = {
      ...EVERYWHERE,
      ...(isPage && { ...PAGE, 'Content-Security-Policy': pagePolicy(origins) }),
      ...(isReturnPage && RETURN_PAGE),
      ...(c.req.path === WORKER && { 'Content-Security-Policy': workerPolicy(origins) }),
    }
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    return undefined
  }
}
