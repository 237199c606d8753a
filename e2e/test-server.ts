import { cpSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { startDemoServer, type DemoServer, type DemoServerOptions } from '../demo-server/server.ts'
import type { FlavourName } from '../demo-server/flavours.ts'
import type { FlavourStats, SeenRequest } from '../demo-server/stats.ts'
import { consumer } from './consumer.ts'

export interface SeenByServer extends Record<FlavourName, FlavourStats> {
  requests: SeenRequest[]
}

/** A fault's members as in `POST /__demo/faults`. */
export interface Fault {
  target: 'refresh' | 'api' | 'login' | 'logout'
  flavour?: FlavourName
  times?: number
  delay?: number
  status?: number
  headers?: Record<string, string>
  body?: string
  contentType?: string
  drop?: 'before' | 'after'
  hold?: boolean
  clear?: boolean
}

/** The demo server with the consumer's pages, on an origin of its own: no test sees another one's worker or store. */
export class TestServer {
  readonly url: string
  readonly #server: DemoServer
  readonly #site: string

  private constructor(server: DemoServer, site: string) {
    this.url = server.url
    this.#server = server
    this.#site = site
  }

  static async start(options: DemoServerOptions): Promise<TestServer> {
    const { folder, site } = consumer()
    const copy = mkdtempSync(join(folder, 'site-'))
    cpSync(site, copy, { recursive: true })
    const server = await startDemoServer({ port: 0, accessTokenTtl: 300, staticDir: copy, ...options })
    return new TestServer(server, copy)
  }

  async stop(): Promise<void> {
    await this.#server.close()
    rmSync(this.#site, { recursive: true, force: true })
  }

  async stats(): Promise<SeenByServer> {
    const response = await fetch(`${this.url}/__demo/stats`, { headers: { Connection: 'close' } })
    const stats: SeenByServer = await response.json()
    return stats
  }

  /** The requests to a path, in the order of their arrival. */
  async seen(path: string): Promise<SeenRequest[]> {
    const { requests } = await this.stats()
    return requests.filter((request) => request.path === path)
  }

  reset(): Promise<void> {
    return this.#control('reset')
  }

  fault(fault: Fault): Promise<void> {
    return this.#control('faults', fault)
  }

  async clearFault(target: Fault['target'], flavour: Fault['flavour'] = 'main'): Promise<void> {
    const clear = (): Promise<void> => this.fault({ target, flavour, clear: true })
    // A fault that cuts connections may cut this one.
    await clear().catch(clear)
  }

  /** Lets held requests go on. */
  release(): Promise<void> {
    return this.#control('release')
  }

  /** Access tokens issued so far are refused; with `refresh` the sessions end as well. */
  revoke(what: { flavour?: FlavourName; user?: string; refresh?: boolean } = {}): Promise<void> {
    return this.#control('revoke', what)
  }

  /** Life of the access tokens issued from now on, s. */
  ttl(seconds: number): Promise<void> {
    return this.#control('ttl', { seconds })
  }

  /** Serves another worker script at the first one's URL, as a deployment does. */
  deploy(worker: string, url = 'sw.js'): void {
    const file = join(this.#site, url)
    cpSync(join(consumer().site, worker), file)
    // Last-Modified counts whole seconds, and a test is faster than that.
    const later = Date.now() / 1000 + 60
    utimesSync(file, later, later)
  }

  async #control(path: string, body: object = {}): Promise<void> {
    const response = await fetch(`${this.url}/__demo/${path}`, {
      method: 'POST',
      // A fault may close idle connections, so none is used twice.
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`/__demo/${path}: ${response.status} ${await response.text()}`)
  }
}
