import type { Clock } from './ports.ts'

/** A copy of a request, for a replay. It must be made before the request is sent. */
export interface SpareRequest {
  request: Request
  /** The number of bytes of its body; undefined where there are too many to send it again. */
  size(): Promise<number | undefined>
}

/**
 * How long it may take to learn that, ms. A server can refuse an upload that still comes from the page, at whatever
 * pace.
 */
const SIZE_LIMIT = 5000

/**
 * A copy of a blob, a form or a buffer is one more reference to it, but a copy of a stream keeps all that has been sent.
 * So where a body may be a stream, the copy is given up as soon as it is known to be longer than `limit`.
 */
export function spareRequest(request: Request, limit: number, clock: Pick<Clock, 'within'>): SpareRequest {
  if (!carriesBody(request)) return { request, size: async () => 0 }
  const spare = request.clone()
  let measured: Promise<number | undefined> | undefined
  // A page that gives up, or an upload that breaks off, ends the body in its midst.
  const measure = (): Promise<number | undefined> =>
    (measured ??= bodySize(spare, limit).catch(() => undefined))
  // Engines without it have no streaming uploads, and need not read what is not refused.
  if ('duplex' in Request.prototype) void measure()
  return { request: spare, size: () => clock.within(SIZE_LIMIT, measure()) }
}

/**
 * Whether sending `request` may use up a body. Its `body` would tell, but Firefox has no such member, and in WebKit to
 * read it makes a stream of the body, with which a keepalive request cannot be copied any more.
 */
const carriesBody = ({ method }: Request): boolean => method !== 'GET' && method !== 'HEAD'

/** The number of bytes of the body, or undefined where there are more than `limit`: `spare` has none then. */
async function bodySize(spare: Request, limit: number): Promise<number | undefined> {
  const copy = spare.clone()
  if (!copy.body) {
    const { size } = await copy.blob()
    return size > limit ? undefined : size
  }
  const reader = copy.body.getReader()
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return size
    size += value.byteLength
    if (size > limit) {
      // Of a tee'd stream `cancel` ends only with the other branch, which is still to be sent.
      for (const branch of [reader, spare.body]) branch?.cancel().catch(() => undefined)
      return undefined
    }
  }
}
