// A sliding session: every answer brings the next token, a JWT with a later expiry, in the header that carries it.
import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { DemoEnv } from '../state.ts'
import { userIn } from './reading.ts'
import type { WireSessions } from './sessions.ts'

const HEADER = 'X-ND-Authorization'

export function sliding(sessions: WireSessions): Hono<DemoEnv> {
  /** Those whose user is logged in; a JWT says when it was made. */
  const made: string[] = []
  let ended = 0
  const next = (user: string): string => {
    const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')
    const exp = Math.floor(Date.now() / 1000) + sessions.ttl + made.length
    const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, exp })}.c2lnbmF0dXJl${made.length}`
    made.push(token)
    return token
  }
  const indexOf = (c: Context): number =>
    made.indexOf(/^Bearer (\S+)$/.exec(c.req.header(HEADER) ?? '')?.[1] ?? c.req.query('jwt') ?? '')

  return new Hono<DemoEnv>()
    .post('/login', async (c) => {
      sessions.stats.logins++
      return c.json({ token: next(await userIn(c)) })
    })
    .get('/song', async (c) => {
      const index = indexOf(c)
      const isGood = index >= ended
      sessions.stats.calls[isGood ? 'valid' : 'refused']++
      if (!isGood) return c.json({ error: 'No' }, 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
      c.header(HEADER, next('alice'))
      await sleep(Number(c.req.query('ms') ?? 0), undefined, { ref: false })
      return c.json({ index, newest: made.length - 1 })
    })
    .get('/events', (c) => {
      if (indexOf(c) < ended) return c.body(null, 401)
      return c.body(`data: ${indexOf(c)}\n\n`, 200, { 'Content-Type': 'text/event-stream' })
    })
    .post('/end', (c) => {
      ended = made.length
      return c.body(null, 204)
    })
}
