// No refresh token: the access token, in a header of the server's own, renews itself while it is good. Its expiry is a
// date without a zone, in UTC.
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { DemoEnv } from '../state.ts'
import { userIn } from './reading.ts'
import type { Issued, WireSessions } from './sessions.ts'

export function selfRenewing(sessions: WireSessions): Hono<DemoEnv> {
  const tokenOf = (c: Context): string | undefined => /^Token (\S+)$/.exec(c.req.header('X-Auth') ?? '')?.[1]
  const answer = (c: Context, { accessToken, expiresAt }: Issued): Response =>
    c.json({ token: accessToken, expires: new Date(expiresAt).toISOString().replace('T', ' ').slice(0, 19) })

  return new Hono<DemoEnv>()
    .post('/login', async (c) => answer(c, sessions.login(await userIn(c))))
    .get('/renew', (c) => {
      const issued = sessions.renew(tokenOf(c) ?? '')
      return issued ? answer(c, issued) : c.json({}, 401)
    })
    .get('/me', (c) => {
      const user = sessions.call(tokenOf(c))
      return user === undefined ? c.json({}, 401) : c.json({ user })
    })
}
