// A form in the manner of RFC 6749 §6, with a client id that the server hands out at run time; the logout is a form too.
import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { DemoEnv } from '../state.ts'
import { bearerOf } from './reading.ts'
import type { Issued, WireSessions } from './sessions.ts'

export function formWithClient(sessions: WireSessions): Hono<DemoEnv> {
  const clientId = randomBytes(8).toString('hex')
  const answer = (c: Context, { accessToken, refreshToken }: Issued): Response =>
    c.json({
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      expires_in: sessions.ttl,
    })

  return new Hono<DemoEnv>()
    .get('/client', (c) => c.json({ client_id: clientId }))
    .post('/token', async (c) => {
      const form = new URLSearchParams(await c.req.text())
      if (form.get('client_id') !== clientId) return c.json({ error: 'invalid_client' }, 401)
      if (form.get('grant_type') === 'password')
        return answer(c, sessions.login(form.get('username') ?? 'nobody'))
      const issued = sessions.refresh(form.get('refresh_token') ?? '')
      return issued ? answer(c, issued) : c.json({ error: 'invalid_grant' }, 400)
    })
    .post('/revoke', async (c) => {
      const form = new URLSearchParams(await c.req.text())
      const isOver = sessions.logout(form.get('access') ?? '', form.get('refresh') ?? '')
      return isOver ? c.json({ revoked: true }) : c.json({ error: 'invalid_token' }, 401)
    })
    .get('/me', (c) => {
      const user = sessions.call(bearerOf(c))
      return user === undefined ? c.json({ error: 'invalid_token' }, 401) : c.json({ user })
    })
}
