import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseRange } from '../../demo-server/byte-range.ts'
import { createPng, createWav } from '../../demo-server/media.ts'
import type { Seen } from './lab-server.ts'

/** A request, and what an answer to it is made with. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  seen: Seen
  answer(status: number, body?: string | Buffer): void
}

const png = createPng(8, 8)
const SECONDS = 600
/** bytes */
const PIECE = 200_000
const wav = createSilence(SECONDS)
const ETAG = '"1"'

/** By the last part of the path. */
export const answerers: Record<string, (exchange: Exchange) => void | Promise<void>> = {
  /** Not how long it was: Firefox draws form boundaries of different lengths. */
  echo: ({ seen, answer }) => answer(200, JSON.stringify({ method: seen.method, sha256: seen.sha256 })),

  xhr: ({ answer }) => answer(200, '{}'),
  beacon: ({ answer }) => answer(204),

  /** No body, whatever the status. */
  status: ({ query, answer }) => answer(Number(query.get('code'))),

  /** May be kept for a minute. */
  cached({ response, answer }) {
    response.setHeader('Cache-Control', 'max-age=60')
    answer(200, '{ "cached": true }')
  },

  /** 304 to whoever has it. */
  tagged({ request, response, answer }) {
    response.setHeader('Cache-Control', 'no-cache')
    response.setHeader('ETag', ETAG)
    if (request.headers['if-none-match'] === ETAG) answer(304)
    else answer(200, '{ "tagged": true }')
  },

  headers({ response, answer }) {
    response.setHeader('X-Twice', ['one', 'two'])
    response.setHeader('X-Latin', 'Gr\u00FC\u00DFe')
    response.setHeader('Link', ['</a>; rel=next', '</b>; rel=prev'])
    response.statusMessage = 'Quite Fine'
    answer(200, '{}')
  },

  redirect({ query, response, answer }) {
    response.setHeader('Location', query.get('to') ?? '')
    answer(Number(query.get('status') ?? 302))
  },

  async slow({ query, response, answer }) {
    await sleep(Number(query.get('ms')), undefined, { ref: false })
    if (!response.destroyed) answer(200, '{}')
  },

  /** So many chunks, each `ms` after the one before it. */
  async stream({ query, response, seen }) {
    const [chunks, ms, size] = ['chunks', 'ms', 'size'].map((name) => Number(query.get(name) ?? 1))
    seen.status = 200
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' })
    for (let i = 0; i < (chunks ?? 1) && !response.destroyed; i++) {
      if (i > 0) await sleep(ms, undefined, { ref: false })
      response.write(`${i}`.padEnd(size ?? 1, '.') + '\n')
    }
    response.end()
  },

  /** Server-sent events, one each `ms`, up to `count`; `stay` keeps the stream open then. */
  async events({ query, request, response, seen }) {
    const last = Number(request.headers['last-event-id'] ?? 0)
    const ms = Number(query.get('ms') ?? 50)
    seen.status = 200
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(`retry: ${query.get('retry') ?? 100}\n\n`)
    for (let i = 1; i <= Number(query.get('count') ?? Infinity) && !response.destroyed; i++) {
      response.write(`id: ${last + i}\ndata: ${last + i}\n\n`)
      await sleep(ms, undefined, { ref: false })
    }
    response.end()
  },

  /** Says that more will come than does. */
  async cut({ response, seen }) {
    seen.status = 200
    response.writeHead(200, {
      'Content-Type': 'text/plain',
      'Cache-Control': 'no-store',
      'Content-Length': 100,
    })
    response.write('half of')
    await sleep(50, undefined, { ref: false })
    response.destroy()
  },

  /** With a trailer, and cut off before it where that is asked for. */
  async trailers({ query, response, seen }) {
    seen.status = 200
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', Trailer: 'X-Sum' })
    response.write('text')
    await sleep(50, undefined, { ref: false })
    if (query.has('cut')) return void response.destroy()
    response.addTrailers({ 'X-Sum': '1' })
    response.end()
  },

  'image.png': ({ response, answer }) => {
    response.setHeader('Content-Type', 'image/png')
    answer(200, png)
  },

  /** Comes slowly enough for nobody to have all of it when a player seeks. */
  async 'sound.wav'({ request, response, seen }) {
    const range = parseRange(request.headers.range, wav.length)
    const { first, last } = typeof range === 'string' ? { first: 0, last: wav.length - 1 } : range
    seen.status = typeof range === 'string' ? 200 : 206
    response.writeHead(seen.status, {
      'Content-Type': 'audio/wav',
      'Content-Length': last + 1 - first,
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'no-store',
      ...(seen.status === 206 && { 'Content-Range': `bytes ${first}-${last}/${wav.length}` }),
    })
    for (let at = first; at <= last && !response.destroyed; at += PIECE) {
      response.write(wav.subarray(at, Math.min(at + PIECE, last + 1)))
      await sleep(100, undefined, { ref: false })
    }
    response.end()
  },

  /** Comes at the pace at which it is played. */
  async 'slow.wav'({ response, seen, query }) {
    const bytesPerSecond = (wav.length - 44) / SECONDS
    const seconds = Number(query.get('seconds') ?? 90)
    seen.status = 200
    response.writeHead(200, { 'Content-Type': 'audio/wav', 'Cache-Control': 'no-store' })
    response.write(wav.subarray(0, 44 + 2 * bytesPerSecond))
    for (let i = 2; i < seconds && !response.destroyed; i++) {
      await sleep(1000, undefined, { ref: false })
      response.write(wav.subarray(44 + i * bytesPerSecond, 44 + (i + 1) * bytesPerSecond))
    }
    response.end()
  },

  'script.js': ({ response, answer }) => {
    response.setHeader('Content-Type', 'text/javascript')
    answer(200, 'window.scriptRan = true')
  },

  'module.js': ({ response, answer }) => {
    response.setHeader('Content-Type', 'text/javascript')
    answer(200, 'window.moduleRan = true')
  },

  'style.css': ({ response, answer }) => {
    response.setHeader('Content-Type', 'text/css')
    answer(200, '#styled { width: 123px; background: url(image.png?from-style-sheet) }')
  },

  /** Nobody looks at the letters: what counts is that it is asked for as a font. */
  'font.woff2': ({ response, answer }) => {
    response.setHeader('Content-Type', 'font/woff2')
    answer(200, 'no font')
  },

  'page.html': ({ response, answer }) => {
    response.setHeader('Content-Type', 'text/html')
    answer(200, '<!doctype html><title>Protected page</title>')
  },
}

/** A sound that is long enough for no browser to read all of it before it seeks. */
function createSilence(seconds: number): Buffer {
  const [header, bytesPerSecond] = [createWav(0), createWav(1).length - 44]
  const wav = Buffer.concat([header, Buffer.alloc(seconds * bytesPerSecond)])
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.writeUInt32LE(wav.length - 44, 40)
  return wav
}
