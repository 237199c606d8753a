/**
 * The options of `jsonEndpoints` for servers that are much used, as data: `auth: jsonEndpoints(directus())`. Where an
 * installation differs, override: `jsonEndpoints({ ...directus(), logout: undefined })`.
 */
import { memberAt } from './core/token-response.ts'
import type { JsonEndpointsOptions, RefreshRequestContext } from './json-endpoints.ts'

export interface PresetOptions {
  /** What stands before the paths: another origin, or a prefix of a proxy. Default `''`. */
  base?: string
}

/**
 * Django REST framework with `djangorestframework-simplejwt`; the paths of its documentation are below `/api/token/`.
 * `logout` wants the app `token_blacklist`.
 * @see https://django-rest-framework-simplejwt.readthedocs.io/en/latest/getting_started.html
 */
export const simpleJwt = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/api/token/`,
  refresh: `${base}/api/token/refresh/`,
  logout: `${base}/api/token/blacklist/`,
  fields: {
    accessToken: 'access',
    refreshToken: 'refresh',
    request: 'refresh',
    subject: { claim: 'user_id' },
  },
})

/**
 * Directus in its `json` mode; `expires` is in ms. It refuses every request with an expired bearer, a logout too, so that
 * goes without.
 * @see https://directus.io/docs/api/authentication
 */
export const directus = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/auth/login`,
  refresh: `${base}/auth/refresh`,
  logout: `${base}/auth/logout`,
  fields: {
    accessToken: 'data.access_token',
    refreshToken: 'data.refresh_token',
    expiresIn: 'data.expires',
    subject: { claim: 'id' },
  },
  expiresInUnit: 'ms',
  refreshRequest: ({ refreshToken }) =>
    jsonPost(`${base}/auth/refresh`, { refresh_token: refreshToken, mode: 'json' }),
  logoutRequest: ({ refreshToken }) =>
    jsonPost(`${base}/auth/logout`, { refresh_token: refreshToken, mode: 'json' }),
})

/**
 * Supabase Auth (GoTrue). Its answer to a dead refresh token is a 400 with a code of its own.
 * @param options.base the project's URL, `https://<project>.supabase.co`
 * @param options.apikey the project's publishable (anon) key, which its gateway wants with every request
 * @see https://supabase.com/docs/guides/auth/debugging/error-codes
 */
export const supabase = ({
  base = '',
  apikey,
}: PresetOptions & { apikey: string }): JsonEndpointsOptions => ({
  login: `${base}/auth/v1/token?grant_type=password`,
  refresh: `${base}/auth/v1/token?grant_type=refresh_token`,
  logout: `${base}/auth/v1/logout`,
  fields: { subject: 'user.id' },
  refreshRequest: ({ refreshToken }) =>
    jsonPost(`${base}/auth/v1/token?grant_type=refresh_token`, { refresh_token: refreshToken }, { apikey }),
  logoutRequest: ({ accessToken }) =>
    jsonPost(`${base}/auth/v1/logout`, {}, { apikey, Authorization: `Bearer ${accessToken}` }),
  isExpired: async (response, peek) => {
    if (response.status !== 400 && response.status !== 403) return undefined
    const body = await peek()
    const codes = [memberAt(body, 'error_code'), memberAt(body, 'code')]
    return codes.some((code) => GONE_AT_SUPABASE.includes(code)) ? true : undefined
  },
})

const GONE_AT_SUPABASE: readonly unknown[] = [
  'refresh_token_not_found',
  'refresh_token_already_used',
  'session_not_found',
  'session_expired',
  'user_banned',
]

/**
 * NestJS with the refresh token as the bearer of `refresh`, as in brocoders/nestjs-boilerplate.
 * @see https://github.com/brocoders/nestjs-boilerplate/blob/main/docs/auth.md
 */
export const nestjs = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/api/v1/auth/email/login`,
  refresh: `${base}/api/v1/auth/refresh`,
  logout: `${base}/api/v1/auth/logout`,
  fields: {
    accessToken: 'token',
    refreshToken: 'refreshToken',
    expiresAt: 'tokenExpires',
    subject: { claim: 'id' },
  },
  expiresAt: 'epoch-ms',
  refreshRequest: ({ refreshToken }) =>
    jsonPost(`${base}/api/v1/auth/refresh`, {}, { Authorization: `Bearer ${refreshToken}` }),
})

/**
 * Laravel Passport's password grant. Login and refresh share a URL and differ in `grant_type`. Until league/oauth2-server 9 a
 * dead refresh token is a 401 `invalid_request`.
 * @param options.clientId of the password grant client
 * @param options.clientSecret where that client is confidential; a secret in a page is none
 * @param options.logout a route of the app, as Passport has none
 * @see https://laravel.com/docs/passport#password-grant-tokens
 */
export const laravelPassport = ({
  base = '',
  clientId,
  clientSecret,
  logout,
}: PresetOptions & {
  clientId: string | number
  clientSecret?: string
  logout?: string
}): JsonEndpointsOptions => ({
  login: { url: `${base}/oauth/token`, when: (body) => memberAt(body, 'grant_type') === 'password' },
  refresh: { url: `${base}/oauth/token`, when: (body) => memberAt(body, 'grant_type') === 'refresh_token' },
  logout,
  refreshRequest: ({ refreshToken }: RefreshRequestContext) =>
    jsonPost(`${base}/oauth/token`, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
      client_secret: clientSecret,
    }),
  isExpired: async (response, peek) =>
    response.status === 401 && response.url.endsWith('/oauth/token')
      ? memberAt(await peek(), 'error') === 'invalid_request' || undefined
      : undefined,
})

/**
 * FastAPI with the OAuth2 password form of its tutorial. That has no refresh, so the first 401 after the expiry ends
 * the session; what an app adds gets `{ "refresh_token": … }` and answers as RFC 6749 §5.1 says.
 * @param options.tokenUrl default `/token`; the full-stack template has `/api/v1/login/access-token`
 * @param options.refreshUrl default `/token/refresh`
 * @see https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/
 */
export const fastapi = ({
  base = '',
  tokenUrl = '/token',
  refreshUrl = '/token/refresh',
}: PresetOptions & { tokenUrl?: string; refreshUrl?: string } = {}): JsonEndpointsOptions => ({
  login: base + tokenUrl,
  refresh: base + refreshUrl,
})

/**
 * The admin panel of Strapi 5 (from 5.24): the refresh token is in an HttpOnly cookie.
 * @see https://docs.strapi.io/cms/configurations/admin-panel
 */
export const strapiAdmin = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/admin/login`,
  refresh: `${base}/admin/access-token`,
  logout: `${base}/admin/logout`,
  fields: { accessToken: 'data.token', subject: 'data.user.id' },
  refreshToken: 'cookie',
})

/**
 * PocketBase: the token renews itself, and stands in its header without a scheme. There is no logout.
 * @param options.collection default `users`
 * @see https://pocketbase.io/docs/authentication/
 */
export const pocketbase = ({
  base = '',
  collection = 'users',
}: PresetOptions & { collection?: string } = {}): JsonEndpointsOptions => ({
  login: `${base}/api/collections/${collection}/auth-with-password`,
  refresh: `${base}/api/collections/${collection}/auth-refresh`,
  fields: { accessToken: 'token', subject: 'record.id' },
  refreshToken: 'access-token',
  scheme: '',
})

/**
 * vue-pure-admin's envelope: `{ success, data: { accessToken, refreshToken, expires } }`. A refresh that fails may be a 200
 * with `success: false`.
 * @see https://github.com/pure-admin/vue-pure-admin/blob/main/mock/refreshToken.ts
 */
export const vuePureAdmin = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/login`,
  refresh: `${base}/refresh-token`,
  fields: {
    accessToken: 'data.accessToken',
    refreshToken: 'data.refreshToken',
    expiresAt: 'data.expires',
    subject: 'data.username',
    request: 'refreshToken',
  },
  expiresAt: 'date',
  isExpired: async (response, peek) =>
    response.ok && response.url.endsWith('/refresh-token')
      ? memberAt(await peek(), 'success') === false || undefined
      : undefined,
})

/**
 * Vben Admin 5: an HttpOnly cookie refreshes, and the answer is the bare token; the cookie's end is a 403.
 * @see https://github.com/vbenjs/vue-vben-admin/tree/main/apps/backend-mock/api/auth
 */
export const vben = ({ base = '' }: PresetOptions = {}): JsonEndpointsOptions => ({
  login: `${base}/api/auth/login`,
  refresh: `${base}/api/auth/refresh`,
  logout: `${base}/api/auth/logout`,
  fields: {
    login: { accessToken: 'data.accessToken', subject: 'data.id' },
    refresh: { accessToken: '$body' },
  },
  refreshToken: 'cookie',
})

const jsonPost = (url: string, body: unknown, headers: Record<string, string> = {}): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  })
