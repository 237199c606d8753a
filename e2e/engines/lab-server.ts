import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { answerers, type Exchange } from './lab-answers.ts'

/** A request as it came over the wire. */
export interface Seen {
  method: string
  /** With the query. */
  path: string
  /** Names as they were written, in their order. */
  headers: [name: string, value: string][]
  /** What the demo's API says to its `Authorization`; `none` where it has none. */
  token: 'none' | 'valid' | 'refused'
  bytes: number
  /** Of the body, with the boundary of a form replaced: it is another one each time. */
  sha256: string
  /** 0 while there is no answer. */
  status: number
  /** The connection was closed before all of the answer was out. */
  isCut: boolean
}

export interface LabServerOptions {
  /** The demo server, which knows whether a token is good. */
  demo: string
  /** The folder with the pages. Such a server stands before the demo: what it does not know is the demo's. */
  site?: string
  /** Lets pages of other origins in. */
  cors?: boolean
}

/**
 * A server that tells exactly what arrived, and has the kinds of answers that the demo's API lacks. Under `/lab/` it
 * wants a token of the demo's, but for `/lab/anyone/`; under `/open/` there is the same for which the broker has no token.
 */
export class LabServer {
  readonly url: string
  readonly #seen: Seen[]
  readonly #close: () => Promise<void>

  private constructor(url: string, seen: Seen[], close: () => Promise<void>) {
    this.url = url
    this.#seen = seen
    this.#close = close
  }

  static async start(options: LabServerOptions): Promise<LabServer> {
    const seen: Seen[] = []
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      handle(request, response, options, seen).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    return new LabServer(`http://localhost:${port}`, seen, close)
  }

  /** The requests to a path, without its query if `path` has none, in the order of their arrival. */
  seen(path: string): Seen[] {
    return this.#seen.filter(
      (each) => (path.includes('?') ? each.path : each.path.replace(/\?.*/, '')) === path,
    )
  }

  all(): readonly Seen[] {
    return this.#seen
  }

  reset(): void {
    this.#seen.length = 0
  }

  close(): Promise<void> {
    return this.#close()
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { demo, site, cors = false }: LabServerOptions,
  log: Seen[],
): Promise<void> {
  const { method = 'GET', url: path = '/' } = request
  const seen: Seen = {
    method,
    path,
    headers: [],
    token: 'none',
    bytes: 0,
    sha256: '',
    status: 0,
    isCut: false,
  }
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    seen.headers.push([request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? ''])
  const { authorization } = request.headers
  if (authorization !== undefined) seen.token = (await isGood(demo, authorization)) ? 'valid' : 'refused'
  log.push(seen)
  // Answers are compared.
  response.sendDate = false
  response.once('close', () => {
    seen.isCut = !response.writableFinished
  })

  const url = new URL(path, 'http://localhost')
  const [, area, ...rest] = url.pathname.split('/')
  if (area !== 'lab' && area !== 'open') {
    if (site !== undefined && sendFile(site, url.pathname, response)) return
    return passOn(request, response, demo, seen)
  }
  if (cors && !url.searchParams.has('no-cors')) allowPages(response)
  const body = await bodyOf(request)
  Object.assign(seen, digest(body, request.headers['content-type']))
  if (cors && method === 'OPTIONS') return answer(response, seen, 204)
  if (area === 'lab' && rest[0] !== 'anyone' && seen.token !== 'valid') {
    response.setHeader('WWW-Authenticate', seen.token === 'none' ? 'Bearer' : 'Bearer error="invalid_token"')
    return answer(response, seen, 401, '{ "error": "invalid_token" }')
  }
  const exchange: Exchange = {
    request,
    response,
    query: url.searchParams,
    seen,
    answer: (status, text) => answer(response, seen, status, text),
  }
  const answerer = answerers[rest.at(-1) ?? '']
  return answerer ? answerer(exchange) : answer(response, seen, 404)
}

function answer(response: ServerResponse, seen: Seen, status: number, body?: string | Buffer): void {
  seen.status = status
  response.statusCode = status
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store')
  if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json')
  response.end(body)
}

/** To whom does not matter, as the broker sends no cookies along with a tag's request; with cookies it must be named. */
function allowPages(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*')
  // `*` does not stand for Authorization.
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, *')
  response.setHeader('Access-Control-Allow-Methods', '*')
}

/** Whether the demo's API takes it. */
export async function isGood(demo: string, authorization: string): Promise<boolean> {
  const response = await fetch(`${demo}/api/orders`, { headers: { authorization } })
  await response.arrayBuffer()
  return response.ok
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function digest(body: Buffer, contentType = ''): Pick<Seen, 'bytes' | 'sha256'> {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1]
  const text = body.toString('latin1')
  const same = boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY')
  return { bytes: body.length, sha256: createHash('sha256').update(same, 'latin1').digest('hex') }
}

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' }

function sendFile(site: string, path: string, response: ServerResponse): boolean {
  const file = join(site, path)
  if (!/^\/[\w.-]+\.(html|js)$/.test(path) || !existsSync(file)) return false
  response.setHeader('Content-Type', TYPES[extname(file)] ?? '')
  response.setHeader('Cache-Control', 'no-cache')
  createReadStream(file).pipe(response)
  return true
}

function passOn(request: IncomingMessage, response: ServerResponse, demo: string, seen: Seen): Promise<void> {
  const { method = 'GET', url = '/', headers } = request
  return new Promise((resolve, reject) => {
    const upstream = forward(new URL(url, demo), { method, headers }, (answered) => {
      seen.status = answered.statusCode ?? 0
      response.writeHead(seen.status, answered.headers)
      answered.pipe(response)
      resolve()
    })
    upstream.once('error', reject)
    response.once('close', () => upstream.destroy())
    request.pipe(upstream)
  })
}
