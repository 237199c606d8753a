// A second API, on an origin of its own: its tokens are not those of the first (RFC 8707).
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { oauthApi } from './identity-provider-api.ts'
import type { OAuthApi } from './identity-provider-api.ts'
import { FILES } from './identity-provider-resources.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { listenOnLocalhost } from './listener.ts'
import { logRequests } from './middleware.ts'
import type { DemoEnv, DemoState } from './state.ts'

export interface FilesApi extends OAuthApi {
  /** `http://localhost:<port>` */
  url: string
  close(): Promise<void>
}

/** @param origin of the app, which alone may call it from a page */
export async function startFilesApi(
  origin: string,
  provider: IdentityProvider,
  state: DemoState,
  port: number,
): Promise<FilesApi> {
  const listener = await listenOnLocalhost(port)
  const api = oauthApi(provider, FILES)
  const app = new Hono<DemoEnv>()
    .use(
      cors({
        origin,
        allowHeaders: ['Authorization', 'DPoP', 'Content-Type'],
        exposeHeaders: ['WWW-Authenticate', 'DPoP-Nonce', 'Retry-After', 'Date'],
      }),
    )
    .use(logRequests(state))
    .route('/', api.routes)
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false, autoCleanupIncoming: false })
  listener.serve((request, response) => void handle(request, response))
  return Object.assign(api, { url: `http://localhost:${listener.port}`, close: () => listener.close() })
}
