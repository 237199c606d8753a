// Watches the token endpoint from within the server's process: which refresh token came when, and what became of the
// answer. The server's own counters cannot tell a repeated refresh token from the next one.
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Grants, type Rotation } from '../../demo-server/grants.ts'

export interface TokenRequest {
  /** ms since the epoch */
  arrivedAt: number
  /** When the answer was sent in full, or the connection broke; Infinity before. */
  closedAt: number
  /** 0 where the answer was not sent in full. */
  status: number
  /** ms */
  retryAfter: number
  /** What the server made of it; undefined where a fault answered instead. */
  outcome?: Rotation['outcome']
  refreshToken?: string
}

export interface Watch {
  requests: readonly TokenRequest[]
  /** Resolves when the next request arrives, or after the limit (ms). */
  next(limit: number): Promise<void>
  stop(): void
}

const CHANNEL = 'http.server.request.start'

export function watchTokenRequests(url: string): Watch {
  const { port } = new URL(url)
  const requests: TokenRequest[] = []
  const waiting = new Set<() => void>()
  const current = new AsyncLocalStorage<TokenRequest | undefined>()

  const begun = (message: unknown): void => {
    const exchange = exchangeIn(message)
    if (!exchange || String(exchange.request.socket.localPort) !== port) return
    const isRefresh = exchange.request.method === 'POST' && exchange.request.url === '/auth/refresh'
    const request = isRefresh ? follow(exchange) : undefined
    // The server works in this context from here on, so that `rotate` knows its request.
    current.enterWith(request)
    if (!request) return
    requests.push(request)
    for (const tell of waiting) tell()
  }
  subscribe(CHANNEL, begun)

  // On the prototype, since the harness keeps its server's state to itself.
  const { rotate } = Grants.prototype
  Grants.prototype.rotate = function (refreshToken, now) {
    const rotation = rotate.call(this, refreshToken, now)
    const request = current.getStore()
    if (request) Object.assign(request, { refreshToken, outcome: rotation.outcome })
    return rotation
  }

  return {
    requests,
    next: (limit) =>
      new Promise((resolve) => {
        const tell = (): void => {
          clearTimeout(timer)
          waiting.delete(tell)
          resolve()
        }
        const timer = setTimeout(tell, limit)
        waiting.add(tell)
      }),
    stop() {
      unsubscribe(CHANNEL, begun)
      Grants.prototype.rotate = rotate
    },
  }
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

function exchangeIn(message: unknown): Exchange | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  if (!('request' in message && 'response' in message)) return undefined
  const { request, response } = message
  return request instanceof IncomingMessage && response instanceof ServerResponse
    ? { request, response }
    : undefined
}

function follow({ request: { socket }, response }: Exchange): TokenRequest {
  const request: TokenRequest = {
    arrivedAt: Date.now(),
    closedAt: Number.POSITIVE_INFINITY,
    status: 0,
    retryAfter: 0,
  }
  response.once('close', () => {
    request.closedAt = Date.now()
    // A response counts as finished although its connection had been cut.
    request.status = response.writableFinished && !socket.destroyed ? response.statusCode : 0
    request.retryAfter = Number(response.getHeader('Retry-After') ?? 0) * 1000
  })
  return request
}
