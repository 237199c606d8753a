import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { listenOnLocalhost } from '../../demo-server/listener.ts'
import { staticFiles } from '../../demo-server/static-files.ts'
import { WireSessions, type WireStats } from '../../demo-server/wire/sessions.ts'
import { BACKENDS, type BackendName } from './backends.ts'
import { hasPlaceholder, jwtOf } from './reading.ts'

/** One of the back ends, with the apps' pages beside it, on an origin of its own. */
export class BackendServer {
  readonly url: string
  readonly sessions: WireSessions
  /** As many POSTs are answered together once, as they would be where the network is slow; 0 for none. */
  together = 0
  readonly #close: () => Promise<void>
  readonly #waiting: (() => void)[] = []

  private constructor(url: string, sessions: WireSessions, close: () => Promise<void>) {
    this.url = url
    this.sessions = sessions
    this.#close = close
  }

  static async start(name: BackendName, site: string): Promise<BackendServer> {
    const sessions = new WireSessions(jwtOf)
    const app = new Hono()
    const listener = await listenOnLocalhost(0)
    const server = new BackendServer(`http://localhost:${listener.port}`, sessions, () => listener.close())
    app.use(async (c, next) => {
      const { method } = c.req
      if (hasPlaceholder(c.req.raw, method === 'GET' ? '' : await c.req.text()))
        sessions.stats.placeholders.push(`${method} ${c.req.path}`)
      if (method === 'POST') await server.#others()
      await next()
      c.header('Cache-Control', 'no-store')
    })
    BACKENDS[name](app, sessions)
    app.route('/', staticFiles(site))
    const answer = getRequestListener(app.fetch)
    listener.serve((request, response) => void answer(request, response))
    return server
  }

  get stats(): WireStats {
    return this.sessions.stats
  }

  stop(): Promise<void> {
    return this.#close()
  }

  async #others(): Promise<void> {
    if (this.together === 0) return
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#waiting.length >= this.together) {
      this.together = 0
      for (const resolve of this.#waiting.splice(0)) resolve()
    }
    await turn
  }
}
