import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

export interface ReceivedRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export interface HttpServer {
  origin: string
  /** What arrived, in order. */
  received: ReceivedRequest[]
}

/** A real server for one test; `answer` may leave the response open, or destroy its socket. */
export async function httpServer(
  answer: (response: ServerResponse, request: ReceivedRequest) => void,
): Promise<HttpServer> {
  const received: ReceivedRequest[] = []
  const read = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of message) body += String(chunk)
    const request = { method: message.method ?? '', path: message.url ?? '', headers: message.headers, body }
    received.push(request)
    answer(response, request)
  }
  const server = createServer((message, response) => void read(message, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { origin: `http://127.0.0.1:${port}`, received }
}

/** Answers with JSON. */
export const json = (
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
