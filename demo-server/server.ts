// A small but real authorization server, the API behind it, and the demo's page, on one origin.
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { AccessTokens } from './access-tokens.ts'
import { authorizationServer } from './authorization-server.ts'
import { controlPlane } from './control-plane.ts'
import { FLAVOUR_NAMES } from './flavours.ts'
import { startFilesApi } from './files-api.ts'
import type { FilesApi } from './files-api.ts'
import { oauthApi } from './identity-provider-api.ts'
import type { OAuthApi } from './identity-provider-api.ts'
import { returnPages } from './identity-provider-return.ts'
import { startIdentityProvider } from './identity-provider.ts'
import type { IdentityProvider, IdentityProviderOptions } from './identity-provider.ts'
import { listenOnLocalhost } from './listener.ts'
import { logRequests } from './middleware.ts'
import { securityHeaders } from './security-headers.ts'
import type { Origins } from './security-headers.ts'
import { resourceServer } from './resource-server.ts'
import { createState } from './state.ts'
import type { DemoEnv, DemoState } from './state.ts'
import { staticFiles } from './static-files.ts'
import { wireVariants } from './wire/wire-variants.ts'

export interface DemoServerOptions {
  /** 0, the default, takes any port that is free. */
  port?: number
  /** Seconds. */
  accessTokenTtl?: number
  /** A folder served at `/`. */
  staticDir?: string
  /** Whether it sends the headers of docs/security-headers.md, as `npm start` does. */
  securityHeaders?: boolean
  /** For so many seconds a refresh token may be used again, as some servers allow it. */
  reuseWindow?: number
  /**
   * Starts an OpenID provider beside it, on an origin of its own, the API for its tokens at `/oauth/api`, and another
   * one on one more origin.
   */
  identityProvider?: IdentityProviderOptions & { filesPort?: number }
}

export interface DemoServer {
  /** `http://localhost:<port>` */
  url: string
  port: number
  state: DemoState
  oauth?: { provider: IdentityProvider; api: OAuthApi; files: FilesApi }
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
  const provider = options.identityProvider && (await startIdentityProvider(url, options.identityProvider))
  const filesPort = options.identityProvider?.filesPort ?? 0
  const oauth = provider && {
    provider,
    api: oauthApi(provider),
    files: await startFilesApi(url, provider, state, filesPort),
  }
  const origins = oauth ? { provider: oauth.provider.url, apis: [oauth.files.url] } : { apis: [] }
  const app = createApp(state, staticDir, oauth?.api, options.securityHeaders === true ? origins : undefined)
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false, autoCleanupIncoming: false })
  listener.serve((request, response) => void handle(request, response))
  const close = async (): Promise<void> => {
    await Promise.all([listener.close(), oauth?.provider.close(), oauth?.files.close()])
  }
  return { url, port: listener.port, state, ...(oauth && { oauth }), close }
}

function createApp(
  state: DemoState,
  staticDir: string | undefined,
  oauth: OAuthApi | undefined,
  origins: Origins | undefined,
): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>()
  app.use(async (c, next) => {
    await next()
    // A browser silently repeats a request when a connection that it has used before breaks, and what is meant to
    // be lost would arrive. So no connection is used twice while connections break.
    if (state.faults.breaksConnections) c.header('Connection', 'close')
  })
  app.use(logRequests(state))
  if (origins) app.use(securityHeaders(origins))
  app.onError((error, c) => {
    // A page that went away in the middle of its upload; nobody is left to be told.
    if ('code' in error && error.code === 'ECONNRESET') return c.body(null, 400)
    console.error(error)
    return c.text('Internal Server Error', 500)
  })
  for (const name of FLAVOUR_NAMES) {
    const flavour = state.flavours[name]
    app.route(`${flavour.prefix}/auth`, authorizationServer(state, flavour))
    app.route(`${flavour.prefix}/api`, resourceServer(state, flavour))
  }
  if (oauth) app.route('/oauth/api', oauth.routes)
  app.route('/__demo', controlPlane(state))
  app.route('/wire', wireVariants())
  if (oauth && staticDir !== undefined) app.route('/oauth', returnPages(staticDir))
  if (staticDir !== undefined) app.route('/', staticFiles(staticDir))
  return app
}
