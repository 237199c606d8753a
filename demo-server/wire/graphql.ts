// Login, refresh and API at one URL, where every answer is a 200 and what failed is in `errors`.
import { Hono } from 'hono'
import { isObject, readJsonObject, stringIn } from '../json.ts'
import type { DemoEnv } from '../state.ts'
import { bearerOf } from './reading.ts'
import type { WireSessions } from './sessions.ts'

const failed = (code: string): object => ({ data: null, errors: [{ message: code, extensions: { code } }] })

export const graphql = (sessions: WireSessions): Hono<DemoEnv> =>
  new Hono<DemoEnv>().post('/', async (c) => {
    const { operationName, variables } = await readJsonObject(c)
    const given = isObject(variables) ? variables : {}
    switch (operationName) {
      case 'TokenCreate': {
        const { accessToken, refreshToken } = sessions.login(stringIn(given, 'username') ?? 'nobody')
        return c.json({ data: { tokenCreate: { token: accessToken, refreshToken } } })
      }
      case 'TokenRefresh': {
        const issued = sessions.refresh(stringIn(given, 'refreshToken') ?? '')
        if (!issued) return c.json(failed('JWT_INVALID_REFRESH'))
        return c.json({
          data: { tokenRefresh: { token: issued.accessToken, refreshToken: issued.refreshToken } },
        })
      }
      case 'Fails':
        return c.json(failed('NOT_FOUND'))
      default: {
        const user = sessions.call(bearerOf(c))
        return c.json(user === undefined ? failed('JWT_EXPIRED') : { data: { me: { user } } })
      }
    }
  })
