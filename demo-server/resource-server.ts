// The API of one flavour: every kind of request an app makes, behind an access token.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import type { Context, MiddlewareHandler } from 'hono'
import { streamSSE } from 'hono/streaming'
import { parseRange } from './byte-range.ts'
import { challenge, invalidToken } from './challenges.ts'
import type { Flavour } from './flavours.ts'
import { createPng, createWav } from './media.ts'
import { examineCredentials, noStore, runIntoFaults } from './middleware.ts'
import { redactedHeaders } from './stats.ts'
import type { DemoEnv, DemoState } from './state.ts'

const ORDERS = [
  { id: 1, item: 'Espresso cups', quantity: 6, total: '48.00' },
  { id: 2, item: 'Coffee mill', quantity: 1, total: '129.00' },
  { id: 3, item: 'Beans, 1 kg', quantity: 2, total: '54.40' },
]
const TICK = 500
const DOWNLOAD_BYTES = 1024 * 1024
const REDIRECT_STATUSES = [301, 302, 303, 307, 308] as const

const png = createPng()
const wav = createWav()
const download = Buffer.alloc(DOWNLOAD_BYTES, 'One line of a rather long file.\n')

export function resourceServer(state: DemoState, flavour: Flavour): Hono<DemoEnv> {
  return new Hono<DemoEnv>()
    .use(noStore, countCalls(state, flavour), runIntoFaults(state, flavour, 'api'))
    .use(checkToken(state, flavour))
    .all('/echo', async (c) => {
      const { token, user } = c.get('seen')
      return c.json({
        method: c.req.method,
        path: c.req.path,
        query: c.req.query(),
        headers: redactedHeaders(c.req.raw.headers, '<redacted>'),
        ...(await digest(c.env.incoming)),
        user,
        authorization: token,
      })
    })
    .get('/orders', (c) => c.json(ORDERS))
    .get('/public', (c) => c.json({ message: 'Everybody may read this', user: c.get('seen').user }))
    .get('/cached', (c) => {
      // As many APIs do, and without the `Vary: Authorization` that would tell users apart.
      c.header('Cache-Control', 'private, max-age=600')
      return c.json({ user: c.get('seen').user })
    })
    .get('/image.png', (c) => c.body(png, 200, { 'Content-Type': 'image/png' }))
    .get('/audio.wav', sendAudio)
    .get('/events', sendEvents)
    .get('/download', (c) =>
      c.body(download, 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment; filename="download.bin"',
      }),
    )
    .post('/upload', async (c) => {
      const contentType = c.req.header('Content-Type') ?? null
      return c.json({ ...(await digest(c.env.incoming)), contentType })
    })
    .get('/slow', async (c) => {
      const ms = Number(c.req.query('ms') ?? 2000)
      if (!(ms >= 0)) return c.json({ error: '"ms" takes a number of milliseconds' }, 400)
      await sleep(ms, undefined, { ref: false })
      return c.json({ waited: ms })
    })
    .get('/forbidden', (c) => challenge(c, 403, { error: 'insufficient_scope', scope: 'admin' }))
    .get('/step-up', (c) =>
      // RFC 9470 §3
      challenge(c, 401, {
        error: 'insufficient_user_authentication',
        acr_values: 'urn:demo:mfa',
        max_age: '60',
      }),
    )
    .get('/always-401', (c) => invalidToken(c, 'No token is good enough here'))
    .get('/redirect', (c) => {
      const to = c.req.query('to')
      const status = REDIRECT_STATUSES.find((known) => known === Number(c.req.query('status') ?? 302))
      if (to !== undefined && status !== undefined) return c.redirect(to, status)
      return c.json({ error: `"to" takes a URL, "status" one of ${REDIRECT_STATUSES.join(', ')}` }, 400)
    })
    .all('*', (c) => c.json({ error: 'not_found' }, 404))
}

function countCalls(state: DemoState, flavour: Flavour): MiddlewareHandler<DemoEnv> {
  return async (c, next) => {
    const stats = state.stats[flavour.name]
    stats.api.total += 1
    if (c.req.header('Authorization') === undefined) stats.api.withoutToken += 1
    else stats.api.withToken += 1
    await next()
    if (c.res.status < 400) stats.api.ok += 1
    if (c.res.status === 401) stats.api.unauthorized += 1
  }
}

const DESCRIPTIONS = {
  expired: 'The access token has expired',
  revoked: 'The access token has been revoked',
  placeholder: 'This is a placeholder, not an access token',
  other: 'The access token was not issued for this API',
}

/** @see RFC 6750 §3 */
function checkToken(state: DemoState, flavour: Flavour): MiddlewareHandler<DemoEnv> {
  return async (c, next) => {
    // Once more than on arrival: a fault may have held the request while its token expired.
    const credentials = await examineCredentials(c, state, flavour)
    Object.assign(c.get('seen'), credentials)
    const { token } = credentials
    if (token === 'valid') return next()
    if (token !== 'none') return invalidToken(c, DESCRIPTIONS[token])
    return c.req.path === `${flavour.prefix}/api/public` ? next() : challenge(c, 401)
  }
}

/** Read as a stream and never parsed: what is hashed is what arrived. */
async function digest(incoming: IncomingMessage): Promise<{ bytes: number; sha256: string }> {
  const chunks: AsyncIterable<Buffer> = incoming
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    hash.update(chunk)
  }
  return { bytes, sha256: hash.digest('hex') }
}

function sendAudio(c: Context<DemoEnv>): Response {
  c.header('Content-Type', 'audio/wav')
  c.header('Accept-Ranges', 'bytes')
  const range = parseRange(c.req.header('Range'), wav.length)
  if (range === 'whole') return c.body(wav)
  if (range === 'unsatisfiable') return c.body(null, 416, { 'Content-Range': `bytes */${wav.length}` })
  const { first, last } = range
  const part = wav.subarray(first, last + 1)
  return c.body(part, 206, { 'Content-Range': `bytes ${first}-${last}/${wav.length}` })
}

/** Server-sent events; `count` ends the stream, and an `EventSource` then comes back for more. */
function sendEvents(c: Context<DemoEnv>): Response {
  const lastId = Number(c.req.header('Last-Event-ID') ?? 0) || 0
  const count = Number(c.req.query('count') ?? Infinity)
  const { user } = c.get('seen')
  return streamSSE(c, async (stream) => {
    for (let tick = 1; tick <= count && !stream.aborted; tick++) {
      if (tick > 1) await sleep(TICK, undefined, { ref: false })
      await stream.writeSSE({ id: String(lastId + tick), data: JSON.stringify({ user }), retry: 1000 })
    }
  })
}
