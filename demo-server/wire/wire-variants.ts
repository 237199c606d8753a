// Small APIs that speak as real ones do, each with another way to carry, renew and refuse tokens.
import { Hono } from 'hono'
import type { Context } from 'hono'
import { isObject } from '../json.ts'
import { noStore } from '../middleware.ts'
import type { DemoEnv } from '../state.ts'
import { bodyCodes } from './body-codes.ts'
import { bothTokens } from './both-tokens.ts'
import { formWithClient } from './form-with-client.ts'
import { graphql } from './graphql.ts'
import { selfRenewing } from './self-renewing.ts'
import { WireSessions } from './sessions.ts'
import { sliding } from './sliding.ts'
import { tokenAnywhere } from './token-anywhere.ts'
import { unrenewed } from './unrenewed.ts'

const VARIANTS = {
  both: bothTokens,
  form: formWithClient,
  graphql,
  self: selfRenewing,
  sliding,
  anywhere: tokenAnywhere,
  codes: bodyCodes,
  unrenewed,
} as const

/** What all placeholders have in common. */
const PLACEHOLDER = 'held-by-sw-token-broker-'

export function wireVariants(): Hono<DemoEnv> {
  const app = new Hono<DemoEnv>().use(noStore)
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const sessions = new WireSessions()
    app.use(`/${name}/*`, async (c, next) => {
      const { method, url, headers } = c.req.raw
      const seen = { url, headers: [...headers].join('\n'), body: await c.req.text() }
      for (const [place, text] of Object.entries(seen))
        if (text.includes(PLACEHOLDER))
          sessions.stats.placeholders.push(`${place} of ${method} ${c.req.path}`)
      await next()
    })
    app.route(`/${name}`, variant(sessions))
    app.get(`/__${name}`, (c) => c.json(sessions.stats))
    app.post(`/__${name}`, (c) => control(c, sessions))
  }
  return app
}

async function control(c: Context<DemoEnv>, sessions: WireSessions): Promise<Response> {
  const command: unknown = await c.req.json()
  if (!isObject(command)) return c.body(null, 400)
  if (command.reset === true) sessions.reset()
  if (command.expire === true) sessions.expire()
  if (command.revoke === true) sessions.revoke()
  if (typeof command.ttl === 'number') sessions.ttl = command.ttl
  return c.body(null, 204)
}
