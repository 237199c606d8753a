import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { metadata, OpenIdProvider } from './openid-provider.ts'
import { Tokens } from './tokens.ts'

/** A file of the app. */
export interface File {
  type: string
  body: string
}

/**
 * The same API and authorization server for every contestant, each on an origin of its own. It does next to nothing,
 * so that what is measured is the browser's side. DPoP proofs are not looked at.
 */
export class BenchServer {
  readonly url: string
  readonly tokens: Tokens = new Tokens()
  /** Requests by path, without those for files. */
  readonly counts: Map<string, number> = new Map<string, number>()
  /** How long the token endpoint takes, ms. */
  refreshDelay = 0
  readonly #server: Server
  readonly #files: ReadonlyMap<string, File>
  readonly #provider: OpenIdProvider

  private constructor(url: string, server: Server, files: ReadonlyMap<string, File>) {
    this.url = url
    this.#server = server
    this.#files = files
    this.#provider = new OpenIdProvider(url, this.tokens)
  }

  static async start(files: ReadonlyMap<string, File>): Promise<BenchServer> {
    const server = createServer({ keepAliveTimeout: 300_000 })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const bench = new BenchServer(`http://localhost:${port}`, server, files)
    server.on('request', (request, response) => {
      bench.#answer(request, response).catch(() => response.destroy())
    })
    return bench
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  count(path: string): number {
    return this.counts.get(path) ?? 0
  }

  get requests(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const file = this.#files.get(url.pathname)
    if (file) return sendFile(response, file)
    const path = url.pathname.startsWith('/api/') ? '/api/' : url.pathname
    this.counts.set(path, this.count(path) + 1)
    if (path === '/api/') return this.#api(request, response)
    switch (path) {
      case '/auth/login':
        await text(request)
        return json(response, 200, this.tokens.issue(false))
      case '/auth/refresh':
      case '/oidc/token': {
        const body = await text(request)
        await sleep(this.refreshDelay)
        const isBound = request.headers.dpop !== undefined
        const answer =
          path === '/auth/refresh'
            ? this.tokens.refresh(memberOf(body, 'refresh_token'), isBound)
            : this.#provider.token(new URLSearchParams(body), isBound)
        return json(response, answer ? 200 : 400, answer ?? { error: 'invalid_grant' })
      }
      case '/.well-known/openid-configuration':
        return json(response, 200, metadata(this.url))
      case '/oidc/jwks':
        return json(response, 200, this.#provider.keys)
      case '/oidc/authorize':
        response.writeHead(302, { Location: this.#provider.authorize(url.searchParams) })
        return void response.end()
      default:
        return json(response, 404, { error: 'not_found' })
    }
  }

  async #api(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    if (request.method !== 'GET') await new Promise((resolve) => request.on('end', resolve))
    if (this.tokens.isGood(request.headers.authorization))
      return json(response, 200, {
        bytes,
        orders: Array.from({ length: 10 }, (_, id) => ({ id, total: 12.5 })),
      })
    response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
    json(response, 401, { error: 'invalid_token' })
  }
}

function sendFile(response: ServerResponse, { type, body }: File): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' })
  response.end(body)
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(value))
}

function memberOf(body: string, name: string): string {
  const value: unknown = JSON.parse(body)
  return typeof value === 'object' && value !== null ? String(Reflect.get(value, name)) : ''
}
