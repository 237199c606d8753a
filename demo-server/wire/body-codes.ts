// An envelope of codes: expiry is a 200, a 403 or a 401 with a code, and not every 401 is one.
import { Hono } from 'hono'
import { readJsonObject, stringIn } from '../json.ts'
import type { DemoEnv } from '../state.ts'
import { bearerOf, userIn } from './reading.ts'
import type { WireSessions } from './sessions.ts'

const EXPIRED = 10401

export const bodyCodes = (sessions: WireSessions): Hono<DemoEnv> =>
  new Hono<DemoEnv>()
    .post('/login', async (c) => {
      const { accessToken, refreshToken } = sessions.login(await userIn(c))
      return c.json({ code: 0, data: { accessToken, refreshToken } })
    })
    .post('/refresh', async (c) => {
      const issued = sessions.refresh(stringIn(await readJsonObject(c), 'refreshToken') ?? '')
      if (!issued) return c.json({ code: EXPIRED, data: null })
      const { accessToken, refreshToken } = issued
      return c.json({ code: 0, data: { accessToken, refreshToken } })
    })
    .post('/api/wrong-password', (c) => c.json({ code: 20001, message: 'The old password is wrong' }, 401))
    .all('/api/:status{200|401|403}', async (c) => {
      const user = sessions.call(bearerOf(c))
      const status =
        ([200, 401, 403] as const).find((known) => String(known) === c.req.param('status')) ?? 200
      return user === undefined
        ? c.json({ code: EXPIRED, data: null }, status)
        : c.json({ code: 0, data: { user, body: await c.req.text() } })
    })
