// A refresh takes both tokens and is answered by a bare string, with the next refresh token in a header; a logout takes
// the bearer and both tokens.
import { Hono } from 'hono'
import { readJsonObject, stringIn } from '../json.ts'
import type { DemoEnv } from '../state.ts'
import { bearerOf, userIn } from './reading.ts'
import type { WireSessions } from './sessions.ts'

export const bothTokens = (sessions: WireSessions): Hono<DemoEnv> =>
  new Hono<DemoEnv>()
    .post('/login', async (c) => {
      const { accessToken, refreshToken } = sessions.login(await userIn(c))
      return c.json({ data: { jwt: accessToken, renewal: refreshToken } })
    })
    .put('/refresh', async (c) => {
      const body = await readJsonObject(c)
      const issued =
        stringIn(body, 'accessToken') === undefined
          ? undefined
          : sessions.refresh(stringIn(body, 'refreshToken') ?? '')
      if (!issued) return c.json({ message: 'The session is over' }, 401)
      return c.text(issued.accessToken, 200, { 'X-Renewal': issued.refreshToken })
    })
    .post('/logout', async (c) => {
      const body = await readJsonObject(c)
      const accessToken = stringIn(body, 'accessToken')
      if (accessToken === undefined || accessToken !== bearerOf(c)) return c.json({}, 401)
      return sessions.logout(accessToken, stringIn(body, 'refreshToken') ?? '')
        ? c.body(null, 204)
        : c.json({}, 401)
    })
    .get('/me', (c) => {
      const user = sessions.call(bearerOf(c))
      return user === undefined ? c.json({ message: 'No' }, 401) : c.json({ user })
    })
