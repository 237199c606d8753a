// A small but real authorization server, the API behind it, and the demo's page, on one origin.
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { AccessTokens } from './access-tokens.ts'
import { authorizationServer } from './authorization-server.ts'
import { controlPlane } from './control-plane.ts'
import { FLAVOUR_NAMES } from './flavours.ts'
import { listenOnLocalhost } from './listener.ts'
import { logRequests } from './middleware.ts'
import { resourceServer } from './resource-server.ts'
import { createState } from './state.ts'
import type { DemoEnv, DemoState } from './state.ts'
import { staticFiles } from './static-files.ts'

export interface DemoServerOptions {
  /** 0, the default, takes any port that is free. */
  port?: number
  /** Seconds. */
  accessTokenTtl?: number
  /** A folder served at `/`. */
  staticDir?: string
  /** For so many seconds a refresh token may be used again, as some servers allow it. */
  reuseWindow?: number
}

export interface DemoServer {
  /** `http://localhost:<port>` */
  url: string
  port: number
  state: DemoState
  close(): Promise<void>
}

export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port = 0, accessTokenTtl = 30, reuseWindow = 0, staticDir } = options
  // Before it listens, so that nobody finds a server that does not answer yet.
  const accessTokens = await AccessTokens.create()
  const listener = await listenOnLocalhost(port)
  const url = `http://localhost:${listener.port}`
  const state = createState({
    issuer: url,
    accessTokens,
    accessTokenTtl,
    reuseWindow: reuseWindow * 1000,
    // See `createApp` on connections that are used twice.
    closeIdleConnections: listener.closeIdleConnections,
  })
  const app = createApp(state, staticDir)
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false, autoCleanupIncoming: false })
  listener.serve((request, response) => void handle(request, response))
  return { url, port: listener.port, state, close: () => listener.close() }
}

function createApp(state: DemoState, staticDir: string | undefined): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()
  app.use(async (c, next) => {
    await next()
    // A browser silently repeats a request when a connection that it has used before breaks, and what is meant to
    // be lost would arrive. So no connection is used twice while connections break.
    if (state.faults.breaksConnections) c.header('Connection', 'close')
  })
  app.use(logRequests(state))
  for (const name of FLAVOUR_NAMES) {
    const flavour = state.flavours[name]
    app.route(`${flavour.prefix}/auth`, authorizationServer(state, flavour))
    app.route(`${flavour.prefix}/api`, resourceServer(state, flavour))
  }
  app.route('/__demo', controlPlane(state))
  if (staticDir !== undefined) app.route('/', staticFiles(staticDir))
  return app
}
