import { createHash } from 'node:crypto'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import { generate } from 'selfsigned'

/** A POST as it came. */
export interface Upload {
  path: string
  status: number
  /** When each piece of its body came, ms since the epoch. */
  at: number[]
  bytes: number
  sha256: string
}

/** An API of another origin that speaks HTTP/2, which streaming uploads want; its certificate is its own. */
export class Http2Server {
  readonly url: string
  readonly uploads: Upload[]
  readonly #server: Http2SecureServer

  private constructor(url: string, uploads: Upload[], server: Http2SecureServer) {
    this.url = url
    this.uploads = uploads
    this.#server = server
  }

  /** @param isGood whether the API takes an `Authorization` */
  static async start(isGood: (authorization: string) => Promise<boolean>): Promise<Http2Server> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    const uploads: Upload[] = []
    const server = createSecureServer({ key, cert })
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      const cors = {
        'access-control-allow-origin': headers.origin ?? '*',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-expose-headers': 'www-authenticate',
      }
      if (headers[':method'] === 'OPTIONS')
        return stream.respond({ ':status': 204, ...cors }, { endStream: true })
      const upload: Upload = { path: headers[':path'] ?? '', status: 0, at: [], bytes: 0, sha256: '' }
      uploads.push(upload)
      void receive(stream, upload)
        .then(() => isGood(headers.authorization ?? ''))
        .then((isValid) => {
          upload.status = isValid ? 200 : 401
          stream.respond({ ':status': upload.status, ...cors })
          stream.end()
        })
        .catch(() => stream.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return new Http2Server(`https://localhost:${port}`, uploads, server)
  }

  close(): void {
    this.#server.close()
  }
}

async function receive(stream: ServerHttp2Stream, upload: Upload): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue
    upload.at.push(Date.now())
    upload.bytes += chunk.length
    hash.update(chunk)
  }
  upload.sha256 = hash.digest('hex')
}
