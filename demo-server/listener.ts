// Listens on both addresses that "localhost" may mean, and knows its connections.
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

const IPV4 = '127.0.0.1'
const IPV6 = '::1'
const ATTEMPTS = 10

export interface Listener {
  port: number
  serve(listener: RequestListener): void
  /** Closes the connections that no request uses. */
  closeIdleConnections(): void
  /** Ends everything at once, open event streams too. */
  close(): Promise<void>
}

/** @param port 0 for any that is free */
export async function listenOnLocalhost(port: number): Promise<Listener> {
  for (let attempt = 1; ; attempt++) {
    const ipv4 = await listen(IPV4, port)
    const actual = portOf(ipv4)
    try {
      const ipv6 = await listen(IPV6, actual)
      return createListener(actual, [ipv4, ipv6])
    } catch (error) {
      // A machine without IPv6.
      if (hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT')) return createListener(actual, [ipv4])
      ipv4.close()
      // A port that is free on one address can be taken on the other.
      if (port !== 0 || attempt === ATTEMPTS) throw error
    }
  }
}

function listen(host: string, port: number): Promise<Server> {
  // Longer than a test or a look at the page: a browser that uses a connection just when it closes sends again.
  const server = createServer({ keepAliveTimeout: 60_000 })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

function createListener(port: number, servers: Server[]): Listener {
  const idle = new Set<Socket>()
  for (const server of servers) {
    server.on('connection', (socket) => {
      idle.add(socket)
      socket.once('close', () => idle.delete(socket))
    })
    server.on('request', ({ socket }, response) => {
      idle.delete(socket)
      response.once('close', () => {
        if (!socket.destroyed) idle.add(socket)
      })
    })
  }
  return {
    port,
    serve(listener) {
      for (const server of servers) server.on('request', listener)
    },
    // Not `server.closeIdleConnections()`, which spares those that a browser has opened in advance.
    closeIdleConnections() {
      for (const socket of idle) socket.destroy()
    },
    async close() {
      await Promise.all(servers.map(closeServer))
    },
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server listens on no port')
  return address.port
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
