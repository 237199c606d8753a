// What the presets are for: servers that speak the wire format that is documented, and forgive nothing.
import type { Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Issued, WireSessions } from '../../demo-server/wire/sessions.ts'
import { bearerOf, formMember, jsonMember, secondsLeft } from './reading.ts'

export type BackendName =
  | 'simpleJwt'
  | 'directus'
  | 'supabase'
  | 'nestjs'
  | 'laravelPassport'
  | 'fastapi'
  | 'strapiAdmin'
  | 'pocketbase'
  | 'vuePureAdmin'
  | 'vben'

type Routes = (app: Hono, sessions: WireSessions) => void

/** A call of the API: says whose token it was, or what that server says of a bad one. */
function api(
  app: Hono,
  path: string,
  sessions: WireSessions,
  refusal: (c: Context) => Response,
  tokenOf: (c: Context) => string | undefined = bearerOf,
): void {
  app.get(path, (c) => {
    const user = sessions.call(tokenOf(c))
    return user === undefined ? refusal(c) : c.json({ user })
  })
}

const COOKIE = { httpOnly: true, sameSite: 'Strict', path: '/' } as const

export const BACKENDS: Record<BackendName, Routes> = {
  simpleJwt(app, sessions) {
    const invalid = { detail: 'Given token not valid for any token type', code: 'token_not_valid' }
    app.post('/api/token/', async (c) => {
      const { accessToken, refreshToken } = sessions.login(await jsonMember(c, 'username'))
      return c.json({ access: accessToken, refresh: refreshToken })
    })
    app.post('/api/token/refresh/', async (c) => {
      const issued = sessions.refresh(await jsonMember(c, 'refresh'))
      return issued
        ? c.json({ access: issued.accessToken, refresh: issued.refreshToken })
        : c.json({ detail: 'Token is blacklisted', code: 'token_not_valid' }, 401)
    })
    app.post('/api/token/blacklist/', async (c) =>
      sessions.end(await jsonMember(c, 'refresh')) ? c.json({}) : c.json(invalid, 401),
    )
    api(app, '/api/me/', sessions, (c) => c.json(invalid, 401, { 'WWW-Authenticate': 'Bearer realm="api"' }))
  },

  directus(app, sessions) {
    const fault = (code: string): unknown => ({ errors: [{ message: code, extensions: { code } }] })
    const data = (issued: Issued): unknown => ({
      data: {
        access_token: issued.accessToken,
        refresh_token: issued.refreshToken,
        expires: issued.expiresAt - Date.now(),
      },
    })
    // A bearer that has expired is refused wherever it comes, at a logout too.
    app.use('/auth/*', async (c, next) => {
      const bearer = bearerOf(c)
      return bearer === undefined || sessions.userOf(bearer) !== undefined
        ? next()
        : c.json(fault('TOKEN_EXPIRED'), 401)
    })
    app.post('/auth/login', async (c) => c.json(data(sessions.login(await jsonMember(c, 'email')))))
    app.post('/auth/refresh', async (c) => {
      const issued =
        (await jsonMember(c, 'mode')) === 'json'
          ? sessions.refresh(await jsonMember(c, 'refresh_token'))
          : undefined
      return issued ? c.json(data(issued)) : c.json(fault('INVALID_CREDENTIALS'), 401)
    })
    app.post('/auth/logout', async (c) =>
      sessions.end(await jsonMember(c, 'refresh_token'))
        ? c.body(null, 204)
        : c.json(fault('INVALID_PAYLOAD'), 400),
    )
    api(app, '/items/me', sessions, (c) => c.json(fault('TOKEN_EXPIRED'), 401))
  },

  supabase(app, sessions) {
    app.use('*', async (c, next) => {
      if (!c.req.path.startsWith('/auth/v1/') && !c.req.path.startsWith('/rest/v1/')) return next()
      return c.req.header('apikey') === 'anon'
        ? next()
        : c.json({ message: 'No API key found in request' }, 401)
    })
    const tokens = (issued: Issued, user: string): unknown => ({
      access_token: issued.accessToken,
      token_type: 'bearer',
      expires_in: secondsLeft(issued),
      expires_at: Math.floor(issued.expiresAt / 1000),
      refresh_token: issued.refreshToken,
      user: { id: user },
    })
    app.post('/auth/v1/token', async (c) => {
      if (c.req.query('grant_type') === 'password') {
        const user = await jsonMember(c, 'email')
        return c.json(tokens(sessions.login(user), user))
      }
      const issued = sessions.refresh(await jsonMember(c, 'refresh_token'))
      if (issued) return c.json(tokens(issued, sessions.userOf(issued.accessToken) ?? ''))
      const error = { code: 400, error_code: 'refresh_token_already_used', msg: 'Invalid Refresh Token' }
      return c.json(error, 400)
    })
    app.post('/auth/v1/logout', (c) =>
      sessions.end(bearerOf(c) ?? '') ? c.body(null, 204) : c.json({ code: 403 }, 403),
    )
    api(app, '/rest/v1/me', sessions, (c) => c.json({ code: 'PGRST303', message: 'JWT expired' }, 401))
  },

  nestjs(app, sessions) {
    const unauthorized = { message: 'Unauthorized', statusCode: 401 }
    const tokens = ({ accessToken, refreshToken, expiresAt }: Issued): object => ({
      token: accessToken,
      refreshToken,
      tokenExpires: expiresAt,
    })
    app.post('/api/v1/auth/email/login', async (c) => {
      const user = await jsonMember(c, 'email')
      return c.json({ ...tokens(sessions.login(user)), user: { id: user } })
    })
    app.post('/api/v1/auth/refresh', (c) => {
      const issued = sessions.refresh(bearerOf(c) ?? '')
      return issued ? c.json(tokens(issued)) : c.json(unauthorized, 401)
    })
    app.post('/api/v1/auth/logout', (c) => {
      const bearer = bearerOf(c) ?? ''
      const isGood = sessions.userOf(bearer) !== undefined && sessions.end(bearer)
      return isGood ? c.body(null, 204) : c.json(unauthorized, 401)
    })
    api(app, '/api/v1/me', sessions, (c) => c.json(unauthorized, 401))
  },

  laravelPassport(app, sessions) {
    app.post('/oauth/token', async (c) => {
      const read = c.req.header('Content-Type')?.startsWith('application/json') ? jsonMember : formMember
      if ((await read(c, 'client_id')) !== '2') return c.json({ error: 'invalid_client' }, 401)
      const issued =
        (await read(c, 'grant_type')) === 'password'
          ? sessions.login(await read(c, 'username'))
          : sessions.refresh(await read(c, 'refresh_token'))
      if (!issued) return c.json({ error: 'invalid_request', hint: 'Token has been revoked' }, 401)
      return c.json({
        token_type: 'Bearer',
        expires_in: secondsLeft(issued),
        access_token: issued.accessToken,
        refresh_token: issued.refreshToken,
      })
    })
    app.post('/api/logout', (c) =>
      sessions.end(bearerOf(c) ?? '') ? c.body(null, 204) : c.json({ message: 'Unauthenticated.' }, 401),
    )
    api(app, '/api/me', sessions, (c) => c.json({ message: 'Unauthenticated.' }, 401))
  },

  fastapi(app, sessions) {
    const unauthorized = (c: Context): Response =>
      c.json({ detail: 'Could not validate credentials' }, 401, { 'WWW-Authenticate': 'Bearer' })
    const tokens = ({ accessToken, refreshToken }: Issued): unknown => ({
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'bearer',
    })
    app.post('/token', async (c) => c.json(tokens(sessions.login(await formMember(c, 'username')))))
    app.post('/token/refresh', async (c) => {
      const issued = sessions.refresh(await jsonMember(c, 'refresh_token'))
      return issued ? c.json(tokens(issued)) : unauthorized(c)
    })
    api(app, '/api/users/me', sessions, unauthorized)
  },

  strapiAdmin(app, sessions) {
    const unauthorized = (c: Context): Response =>
      c.json({ data: null, error: { status: 401, name: 'UnauthorizedError' } }, 401)
    const answer = (c: Context, issued: Issued, data: object): Response => {
      setCookie(c, 'strapi_admin_refresh', issued.refreshToken, COOKIE)
      return c.json({ data: { token: issued.accessToken, ...data } })
    }
    app.post('/admin/login', async (c) => {
      const user = await jsonMember(c, 'email')
      return answer(c, sessions.login(user), { user: { id: user } })
    })
    app.post('/admin/access-token', (c) => {
      const issued = sessions.refresh(getCookie(c, 'strapi_admin_refresh') ?? '')
      return issued ? answer(c, issued, {}) : unauthorized(c)
    })
    app.post('/admin/logout', (c) =>
      sessions.end(bearerOf(c) ?? '') ? c.json({ data: {} }) : unauthorized(c),
    )
    api(app, '/admin/me', sessions, unauthorized)
  },

  pocketbase(app, sessions) {
    const tokenOf = (c: Context): string | undefined => c.req.header('Authorization')
    const refused = { status: 401, message: 'The request requires valid record authorization token.' }
    app.post('/api/collections/users/auth-with-password', async (c) => {
      const user = await jsonMember(c, 'identity')
      return c.json({ token: sessions.login(user).accessToken, record: { id: user } })
    })
    app.post('/api/collections/users/auth-refresh', (c) => {
      const user = sessions.userOf(tokenOf(c) ?? '')
      // Its tokens end by their own time alone.
      const issued = sessions.renew(tokenOf(c) ?? '', false)
      return issued ? c.json({ token: issued.accessToken, record: { id: user } }) : c.json(refused, 401)
    })
    api(app, '/api/me', sessions, (c) => c.json(refused, 401), tokenOf)
  },

  vuePureAdmin(app, sessions) {
    const two = (part: number): string => String(part).padStart(2, '0')
    /** As the mock of that project writes it, in UTC: the sooner of the two readings that is still to come. */
    const written = (time: number): string => {
      const date = new Date(Math.ceil(time / 1000) * 1000)
      return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
    }
    const tokens = ({ accessToken, refreshToken, expiresAt }: Issued): object => ({
      accessToken,
      refreshToken,
      expires: written(expiresAt),
    })
    app.post('/login', async (c) => {
      const username = await jsonMember(c, 'username')
      return c.json({
        success: true,
        data: { username, roles: [username], ...tokens(sessions.login(username)) },
      })
    })
    app.post('/refresh-token', async (c) => {
      const issued = sessions.refresh(await jsonMember(c, 'refreshToken'))
      return c.json(issued ? { success: true, data: tokens(issued) } : { success: false, data: {} })
    })
    api(app, '/api/me', sessions, (c) => c.json({ success: false, message: 'Token expired' }, 401))
  },

  vben(app, sessions) {
    const forbidden = (c: Context, status: 401 | 403): Response =>
      c.json({ code: -1, data: null, error: 'Forbidden Exception', message: 'Forbidden Exception' }, status)
    app.post('/api/auth/login', async (c) => {
      const username = await jsonMember(c, 'username')
      const issued = sessions.login(username)
      setCookie(c, 'jwt', issued.refreshToken, COOKIE)
      return c.json({ code: 0, data: { id: username, accessToken: issued.accessToken }, message: 'ok' })
    })
    app.post('/api/auth/refresh', (c) => {
      const issued = sessions.refresh(getCookie(c, 'jwt') ?? '')
      if (!issued) return forbidden(c, 403)
      setCookie(c, 'jwt', issued.refreshToken, COOKIE)
      return c.text(issued.accessToken)
    })
    app.post('/api/auth/logout', (c) => {
      sessions.end(getCookie(c, 'jwt') ?? '')
      setCookie(c, 'jwt', '', { ...COOKIE, maxAge: 0 })
      return c.json({ code: 0, data: '', message: 'ok' })
    })
    api(app, '/api/me', sessions, (c) => forbidden(c, 401))
  },
}
