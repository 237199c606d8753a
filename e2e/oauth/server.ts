import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { OAuthOptions } from 'sw-token-broker/oauth'
import type { FilesApi } from '../../demo-server/files-api.ts'
import type { OAuthApi, OAuthCall } from '../../demo-server/identity-provider-api.ts'
import {
  CLIENT_ID,
  type IdentityProvider,
  type IdentityProviderOptions,
} from '../../demo-server/identity-provider.ts'
import { startDemoServer, type DemoServer } from '../../demo-server/server.ts'
import { consumer } from '../consumer.ts'

export interface OAuthServerOptions {
  provider?: IdentityProviderOptions
  /** Of the broker's `oauth({ … })`; the issuer and the client are there already. */
  oauth?: Partial<OAuthOptions>
  /** Of `createTokenBroker`, as far as JSON can say it. */
  broker?: Record<string, string | number | string[]>
  /** Runs in the worker before its script. */
  prelude?: string
  /** Whether the app's server sends the headers of docs/security-headers.md. */
  securityHeaders?: boolean
  /** Of the app's pages. */
  head?: string
  /** Further brokers of the worker. */
  also?: readonly BrokerSettings[]
}

export interface BrokerSettings {
  oauth: OAuthOptions
  broker: Record<string, string | number | string[]>
}

/** Served at each of these, as an app does whose router runs in the page. */
const PAGES = ['', 'orders', 'auth/login', 'auth/callback', 'auth/logout']
const page = (head: string): string => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  ${head}
  <title>The app</title>
  <link rel="icon" href="data:," />
  <a id="login" href="/auth/login?return_to=/orders">Log in</a>
  <a id="logout" href="/auth/logout">Log out</a>
  <script type="module" src="/oauth-page.js"></script>
</html>`

/** An app whose worker logs in at an identity provider, each on an origin of its own. */
export class OAuthServer {
  readonly url: string
  readonly provider: IdentityProvider
  readonly api: OAuthApi
  /** The API on another origin. */
  readonly files: FilesApi
  readonly #server: DemoServer
  readonly #site: string
  readonly #head: string

  private constructor(server: DemoServer, site: string, head: string) {
    if (!server.oauth) throw new Error('The server has no identity provider')
    this.url = server.url
    this.provider = server.oauth.provider
    this.api = server.oauth.api
    this.files = server.oauth.files
    this.#server = server
    this.#site = site
    this.#head = head
  }

  static async start({
    provider = {},
    securityHeaders = false,
    head = '',
    ...worker
  }: OAuthServerOptions): Promise<OAuthServer> {
    const { folder, site } = consumer()
    const copy = mkdtempSync(join(folder, 'site-'))
    cpSync(site, copy, { recursive: true })
    const identityProvider = { accessTokenTtl: 300, ...provider }
    const server = new OAuthServer(
      await startDemoServer({ staticDir: copy, identityProvider, securityHeaders }),
      copy,
      head,
    )
    server.deploy(worker)
    for (const path of PAGES) server.servePage(path)
    return server
  }

  /** Serves a file of the app. */
  serve(path: string, text: string): void {
    const file = join(this.#site, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Serves the app's page at a path. */
  servePage(path: string): void {
    this.serve(join(path, 'index.html'), page(this.#head))
  }

  /** The app's own server, for a further API beside it. */
  get state(): DemoServer['state'] {
    return this.#server.state
  }

  async stop(): Promise<void> {
    await this.#server.close()
    rmSync(this.#site, { recursive: true, force: true })
  }

  /** Serves the worker with these options. */
  deploy({
    oauth = {},
    broker = {},
    prelude = '',
    also = [],
  }: Omit<OAuthServerOptions, 'provider' | 'head'>): void {
    const own: BrokerSettings = {
      oauth: {
        issuer: this.provider.url,
        clientId: CLIENT_ID,
        scope: 'openid offline_access profile api',
        ...oauth,
      },
      broker,
    }
    this.deployWorker('sw.js', [own, ...also], prelude)
  }

  /** Serves a worker with these brokers. */
  deployWorker(path: string, settings: readonly BrokerSettings[], prelude = ''): void {
    const script = readFileSync(join(consumer().site, 'sw-oauth.js'), 'utf8')
    this.serve(path, `self.settings = ${JSON.stringify(settings)}\n${prelude}\n${script}`)
  }

  /** What the app's own server saw of every request. */
  requests(): { path: string; headers: Record<string, string> }[] {
    return this.#server.state.stats.requests
  }

  /** The calls to a path of the API, in the order of their arrival. */
  calls(path: string): OAuthCall[] {
    return this.api.calls.filter((call) => call.path === path)
  }
}
