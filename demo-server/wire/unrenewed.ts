// A token that nothing renews, as media servers have: it is good until its session is ended, and a part of a header's value.
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { DemoEnv } from '../state.ts'
import { userIn } from './reading.ts'
import type { WireSessions } from './sessions.ts'

const CLIENT =
  /^MediaBrowser Client="[^"]+", Device="[^"]+", DeviceId="[^"]+", Version="[^"]+"(?:, Token="([^"]*)")?$/

export function unrenewed(sessions: WireSessions): Hono<DemoEnv> {
  const tokenOf = (c: Context): string | undefined =>
    CLIENT.exec(c.req.header('X-Emby-Authorization') ?? '')?.[1] || c.req.query('api_key')

  return new Hono<DemoEnv>()
    .post('/Users/AuthenticateByName', async (c) => {
      // A client must say what it is, with no token or one of before.
      if (!CLIENT.test(c.req.header('X-Emby-Authorization') ?? '')) return c.text('Error', 400)
      const user = await userIn(c)
      return c.json({ User: { Id: user }, AccessToken: sessions.login(user).accessToken })
    })
    .post('/Sessions/Logout', (c) => {
      sessions.end(tokenOf(c) ?? '')
      return c.body(null, 204)
    })
    .get('/Items', (c) => {
      const user = sessions.call(tokenOf(c))
      return user === undefined ? c.body(null, 401) : c.json({ user })
    })
}
