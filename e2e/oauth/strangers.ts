import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a stranger's server saw it. */
export interface Heard {
  host: string
  path: string
  method: string
  authorization: string | undefined
  referer: string | undefined
}

/**
 * A server that stands for every host that is not the app's own: each name is this machine for the browser of a spec
 * that uses `EVERY_NAME_IS_LOCAL`. It answers anybody (CORS), so that nothing fails before it is heard.
 */
export class Strangers {
  readonly heard: Heard[] = []
  readonly port: number
  /** The page at `/page`. */
  html = ''
  readonly #server: Server

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    server.on('request', (request, response) => {
      const { host = '', authorization, referer } = request.headers
      const { url = '', method = '' } = request
      if (method !== 'OPTIONS') this.heard.push({ host, path: url, method, authorization, referer })
      response.writeHead(200, {
        'Access-Control-Allow-Origin': request.headers.origin ?? '*',
        'Access-Control-Allow-Headers': 'authorization, dpop, content-type',
        'Access-Control-Allow-Credentials': 'true',
        'Content-Type': url.startsWith('/page') ? 'text/html' : 'application/json',
      })
      response.end(url.startsWith('/page') ? this.html : '{}')
    })
  }

  static async start(): Promise<Strangers> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address: AddressInfo | string | null = server.address()
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
    return new Strangers(server, address.port)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export const EVERY_NAME_IS_LOCAL = '--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE localhost'
