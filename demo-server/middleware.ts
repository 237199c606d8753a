// What happens to requests on their way to an endpoint, whichever it is.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, MiddlewareHandler } from 'hono'
import type { FaultTarget } from './faults.ts'
import { FLAVOUR_NAMES } from './flavours.ts'
import type { Flavour } from './flavours.ts'
import { redactedHeaders } from './stats.ts'
import type { SeenRequest } from './stats.ts'
import type { DemoEnv, DemoState } from './state.ts'

type Middleware = MiddlewareHandler<DemoEnv>

/** Tokens and what they open belong in no cache (RFC 6749 §5.1), unless an endpoint says for how long. */
export const noStore: Middleware = async (c, next) => {
  await next()
  if (c.res.headers.get('Cache-Control')?.includes('max-age') !== true) c.header('Cache-Control', 'no-store')
}

/** Writes every request down, from its arrival on. */
export function logRequests(state: DemoState): Middleware {
  return async (c, next) => {
    const { pathname, search } = new URL(c.req.url)
    const flavour = flavourOf(state, pathname)
    const credentials = await examineCredentials(c, state, flavour ?? state.flavours.main)
    const seen: SeenRequest = {
      at: Date.now(),
      flavour: flavour?.name ?? 'other',
      method: c.req.method,
      path: pathname + search,
      status: 0,
      ...credentials,
      headers: redactedHeaders(c.req.raw.headers),
    }
    c.set('seen', seen)
    // Whoever watches the log would fill it.
    if (!pathname.startsWith('/__demo/')) state.stats.remember(seen)
    await next()
    if (!isConnectionBroken(c)) seen.status = c.res.status
  }
}

const flavourOf = (state: DemoState, path: string): Flavour | undefined =>
  FLAVOUR_NAMES.map((name) => state.flavours[name]).find(
    ({ prefix }) => path.startsWith(`${prefix}/api/`) || path.startsWith(`${prefix}/auth/`),
  )

export const examineCredentials = (
  c: Context<DemoEnv>,
  { accessTokens }: DemoState,
  { audience, grants }: Flavour,
): ReturnType<typeof accessTokens.examine> =>
  accessTokens.examine(c.req.header('Authorization'), audience, grants)

/** Lets requests run into the fault that lies in wait for them. */
export function runIntoFaults(state: DemoState, flavour: Flavour, target: FaultTarget): Middleware {
  return async (c, next) => {
    const { delay, hold, drop, answer } = state.faults.take(flavour.name, target) ?? {}
    // No `ref`: a request that is still delayed does not keep a closed server's process.
    if (delay !== undefined) await sleep(delay, undefined, { ref: false })
    await hold?.opened
    if (drop === 'before') return breakConnection(c)

    if (answer === undefined) await next()
    else c.res = new Response(answer.body || null, { status: answer.status, headers: answer.headers })
    if (drop === 'after') return breakConnection(c)
  }
}

/** The answer goes nowhere; hono wants one all the same. */
function breakConnection(c: Context<DemoEnv>): Response {
  c.env.incoming.socket.destroy()
  return c.body(null)
}

const isConnectionBroken = (c: Context<DemoEnv>): boolean => c.env.incoming.socket.destroyed
