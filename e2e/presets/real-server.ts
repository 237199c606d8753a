import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { proxy } from 'hono/proxy'
import { listenOnLocalhost } from '../../demo-server/listener.ts'
import { staticFiles } from '../../demo-server/static-files.ts'
import { findServers } from './install.mjs'
import { hasPlaceholder } from './reading.ts'

/** Where a back end answers what the apps ask of it. */
const PATHS = {
  simpleJwt: { refresh: '/api/token/refresh/', me: '/api/me/' },
  fastapi: { refresh: '/token/refresh', me: '/api/users/me' },
  nestjs: { refresh: '/api/v1/auth/refresh', me: '/api/v1/me' },
} as const

export type RealName = keyof typeof PATHS
export const REAL_NAMES: readonly string[] = Object.keys(PATHS)
export const isReal = (name: string): name is RealName => REAL_NAMES.includes(name)

const FOUND = findServers()
export const isFound = (name: string): boolean => FOUND.has(name)

const noStats = () => ({
  tokenRequests: 0,
  /** Calls of the API that it has answered. */
  answered: 0,
  /** What was refused, calls of the API aside. */
  refused: [] as string[],
  /** Where a placeholder arrived: none ever should. */
  placeholders: [] as string[],
})

/** A back end as it is installed, behind a proxy that counts and that serves the apps' pages. */
export class RealServer {
  readonly url: string
  stats = noStats()
  readonly #upstream: string
  readonly #stop: () => Promise<void>

  private constructor(url: string, upstream: string, stop: () => Promise<void>) {
    this.url = url
    this.#upstream = upstream
    this.#stop = stop
  }

  static async start(name: RealName, site: string): Promise<RealServer> {
    const [program, ...args] = FOUND.get(name) ?? []
    if (program === undefined) throw new Error(`${name} is not installed`)
    const server = spawn(program, args, {
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: fileURLToPath(new URL('real/tsconfig.json', import.meta.url)),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const upstream = await firstLine(server)
    const listener = await listenOnLocalhost(0)
    const real = new RealServer(`http://localhost:${listener.port}`, upstream, async () => {
      await listener.close()
      server.kill('SIGKILL')
    })
    const app = new Hono().route('/', staticFiles(site)).all('*', async (c) => {
      const { raw } = c.req
      const body = raw.method === 'GET' ? '' : await raw.clone().text()
      const url = new URL(raw.url)
      if (hasPlaceholder(raw, body)) real.stats.placeholders.push(`${raw.method} ${url.pathname}`)
      if (url.pathname === PATHS[name].refresh) real.stats.tokenRequests++
      const response = await proxy(`${upstream}${url.pathname}${url.search}`, { raw })
      if (url.pathname !== PATHS[name].me) {
        if (!response.ok) real.stats.refused.push(`${raw.method} ${url.pathname}: ${response.status}`)
      } else if (response.ok) real.stats.answered++
      return response
    })
    // A page that is closed takes its requests with it.
    app.onError((_, c) => c.body(null, 502))
    const answer = getRequestListener(app.fetch)
    listener.serve((request, response) => void answer(request, response))
    return real
  }

  reset(): void {
    this.stats = noStats()
  }

  /** Of the access tokens that it issues from now on, s. */
  lifetime(seconds: number): Promise<void> {
    return this.#tell('lifetime', { seconds })
  }

  /** No refresh token is good any more; an access token is until it expires. */
  endSessions(): Promise<void> {
    return this.#tell('end-sessions', {})
  }

  stop(): Promise<void> {
    return this.#stop()
  }

  async #tell(what: string, body: object): Promise<void> {
    const { ok, status } = await fetch(`${this.#upstream}/test/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!ok) throw new Error(`${what}: ${status}`)
  }
}

/** Each server says its address so. */
async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The server has no output')
  const lines = createInterface({ input: stdout })
  const [line]: unknown[] = await Promise.race([
    once(lines, 'line'),
    once(lines, 'close').then(() => Promise.reject(new Error('The server has ended'))),
  ])
  return String(line)
}
