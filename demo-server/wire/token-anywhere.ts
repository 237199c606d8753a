// The token in a structured header, in another header, or in the query of covers, music and event streams.
import { Hono } from 'hono'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { parseRange } from '../byte-range.ts'
import { createPng, createWav } from '../media.ts'
import type { DemoEnv } from '../state.ts'
import { bearerOf, userIn } from './reading.ts'
import type { WireSessions } from './sessions.ts'

const STRUCTURED = /^MediaBrowser Client="[^"]*", Device="[^"]*", Token="([^"]+)"$/

export function tokenAnywhere(sessions: WireSessions): Hono<DemoEnv> {
  const png = createPng()
  const wav = createWav()
  const tokenOf = (c: Context): string | undefined =>
    STRUCTURED.exec(c.req.header('X-Emby-Authorization') ?? '')?.[1] ?? bearerOf(c) ?? c.req.query('token')

  return new Hono<DemoEnv>()
    .post('/login', async (c) => {
      const { accessToken, refreshToken } = sessions.login(await userIn(c))
      return c.json({ access_token: accessToken, refresh_token: refreshToken })
    })
    .post('/refresh', async (c) => {
      const issued = sessions.refresh(String((await c.req.json()).refresh_token))
      if (!issued) return c.json({ error: 'invalid_grant' }, 400)
      return c.json({ access_token: issued.accessToken, refresh_token: issued.refreshToken })
    })
    .get('/api/public', (c) =>
      c.json({
        authorization: c.req.header('Authorization') ?? null,
        user: sessions.call(tokenOf(c)) ?? null,
      }),
    )
    .use('/api/*', async (c, next) => {
      const user = sessions.call(tokenOf(c))
      if (user === undefined) return c.json({}, 401)
      c.header('X-User', user)
      return next()
    })
    .all('/api/me', async (c) => c.json({ query: Object.keys(c.req.query()), body: await c.req.text() }))
    .get('/api/cover.png', (c) => c.body(png, 200, { 'Content-Type': 'image/png' }))
    .get('/api/moved', (c) => c.redirect(`/wire/anywhere/api/me${new URL(c.req.url).search}`))
    .get('/api/song.wav', (c) => {
      const range = parseRange(c.req.header('Range'), wav.length)
      const headers = { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes' }
      if (range === 'whole' || range === 'unsatisfiable') return c.body(wav, 200, headers)
      const { first, last } = range
      const part = `bytes ${first}-${last}/${wav.length}`
      return c.body(wav.subarray(first, last + 1), 206, { ...headers, 'Content-Range': part })
    })
    .get('/api/events', (c) =>
      streamSSE(c, async (stream) => {
        await stream.writeSSE({ data: 'hello' })
        while (!stream.aborted) await stream.sleep(100)
      }),
    )
}
