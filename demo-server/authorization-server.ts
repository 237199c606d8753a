// Login, refresh and logout of one flavour.
import { Hono } from 'hono'
import type { Context, MiddlewareHandler } from 'hono'
import type { Flavour } from './flavours.ts'
import type { Grant } from './grants.ts'
import { readJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { noStore, runIntoFaults } from './middleware.ts'
import type { FlavourStats } from './stats.ts'
import type { DemoEnv, DemoState } from './state.ts'

/** Their passwords are their names. */
const USERS = ['alice', 'bob']

export function authorizationServer(state: DemoState, flavour: Flavour): Hono<DemoEnv> {
  const { grants, wire, carrier } = flavour
  const stats = state.stats[flavour.name]

  async function tokensFor(c: Context<DemoEnv>, grant: Grant): Promise<JsonObject> {
    const expiresIn = state.accessTokenTtl
    const accessToken = await state.accessTokens.issue(grant, flavour.audience, expiresIn)
    const { refreshToken } = grant
    carrier.give(c, refreshToken)
    return wire.tokens({ accessToken, refreshToken, expiresIn })
  }

  /** What a form of another site can make a browser send must not spend the token that goes with it. */
  const refuseForgeries: MiddlewareHandler<DemoEnv> = async (c, next) => {
    if (!carrier.isAmbient || c.req.header('X-SW-Token-Broker') === '1') return next()
    stats.forgeries += 1
    return c.json({ error: 'forgery', message: 'The header "X-SW-Token-Broker: 1" is missing' }, 403)
  }

  return new Hono<DemoEnv>()
    .use(noStore)
    .post('/login', runIntoFaults(state, flavour, 'login'), async (c) => {
      const { username, password } = await readJsonObject(c)
      const user = USERS.find((name) => name === username && name === password)
      if (user === undefined) {
        return c.json({ error: 'invalid_credentials', message: 'Wrong user name or password' }, 401)
      }
      stats.logins += 1
      return c.json({ ...(await tokensFor(c, grants.begin(user))), user: { name: user } })
    })
    .post(
      '/refresh',
      countAttempts(stats),
      refuseForgeries,
      runIntoFaults(state, flavour, 'refresh'),
      async (c) => {
        const refuse = (reason: 'invalid_grant' | 'invalid_request'): Response => {
          const { status, body } = wire.refusal(reason)
          return c.json(body, status)
        }
        const refreshToken = await carrier.refreshTokenIn(c)
        if (refreshToken === undefined) return refuse('invalid_request')
        const rotation = grants.rotate(refreshToken, Date.now())
        if (rotation.outcome === 'reused') stats.reuse += 1
        if (rotation.outcome !== 'rotated') return refuse('invalid_grant')
        stats.refreshes += 1
        return c.json({ ...(await tokensFor(c, rotation.grant)), user: { name: rotation.grant.user } })
      },
    )
    .post('/logout', runIntoFaults(state, flavour, 'logout'), async (c) => {
      const refreshToken = await carrier.refreshTokenIn(c)
      // An unknown token is no error: the client wants it dead, and dead it is (RFC 7009 §2.2).
      if (refreshToken !== undefined) grants.revokeFamilyOf(refreshToken)
      carrier.takeBack(c)
      stats.logouts += 1
      return c.body(null, 204)
    })
}

/** Stands before the faults, so that it also counts the requests that they take. */
function countAttempts(stats: FlavourStats): MiddlewareHandler<DemoEnv> {
  let concurrent = 0
  return async (_, next) => {
    stats.refreshAttempts += 1
    concurrent += 1
    stats.maxConcurrentRefreshes = Math.max(stats.maxConcurrentRefreshes, concurrent)
    try {
      await next()
    } finally {
      concurrent -= 1
    }
  }
}
