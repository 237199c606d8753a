import type { AuthConnection, AuthMethod } from './auth-method.ts'
import { navigationAnswerer } from './answer-navigation.ts'
import { parseChallenges } from './core/challenge.ts'
import { RFC_FIELDS } from './core/token-response.ts'
import { landing } from './land.ts'
import { authorizationServer, errorOf } from './platform/authorization-server.ts'
import { dpopKey } from './platform/dpop-key.ts'
import { recordStore } from './platform/record-store.ts'
import type { RefreshResult } from './platform/ports.ts'
import { sendWithProof } from './platform/send-with-proof.ts'
import { resourcesOf } from './resource-indicators.ts'
import { silentLogin as silentLoginFlow } from './silent-login.ts'
import { invalid, listOf, oneOf, readOptions, text, url, withDefault } from './validate.ts'

export interface OAuthOptions {
  /** The authorization server's or OpenID provider's issuer identifier (RFC 8414 §2). */
  issuer: string
  clientId: string
  /** Own-origin path of the redirection endpoint. Default `/auth/callback`. */
  redirectUri?: string
  /** Own-origin path that begins a login: `<a href="/auth/login?return_to=/orders">`. Default `/auth/login`. */
  loginPath?: string
  /** Own-origin path that ends the session. Default `/auth/logout`. */
  logoutPath?: string
  /** Own-origin path to go to after a logout. Default `/`. */
  postLogoutPath?: string
  /** Default `openid offline_access`. */
  scope?: string
  /**
   * Further parameters of the authorization request, such as `audience`. With `resources`, name the API of all other
   * requests here too, as `resource`: a server that takes RFC 8707 at its word grants what the login has asked for.
   */
  parameters?: Readonly<Record<string, string>>
  /**
   * Binds the tokens to a key of this browser that cannot be exported (RFC 9449). `refresh-token`: only the refresh
   * token, so that the API need not change (§5). Default false.
   */
  dpop?: boolean | 'refresh-token'
  /**
   * APIs that want an access token of their own, by prefix (like an entry of `protect`, which must hold it):
   * `{ 'https://files.example.com/': 'urn:files' }`. Each is minted for its resource indicator with the session's
   * refresh token (RFC 8707 §2.2). Default none.
   */
  resources?: Readonly<Record<string, string>>
  /**
   * Before the pages are told of a lost session: whether the server still knows the user, by `prompt=none` in a hidden
   * frame of a visible page (OpenID Connect Core 1.0 §3.1.2.1). For servers of the same site, as browsers keep cookies
   * from others. Default false.
   */
  silentLogin?: boolean
  /** Claims of the id_token that `getSession()` gives pages. Default none. */
  claims?: readonly string[]
}

const CLAIMS = 'a list of claim names'
const OWN_PATH = 'a path of its own: redirectUri, loginPath and logoutPath differ'

const OPTIONS = {
  issuer: issuerOf,
  clientId: text(/./, 'the client identifier'),
  redirectUri: withDefault('/auth/callback', ownPath),
  loginPath: withDefault('/auth/login', ownPath),
  logoutPath: withDefault('/auth/logout', ownPath),
  postLogoutPath: withDefault('/', ownPath),
  scope: withDefault('openid offline_access', text(/./, 'space-separated scopes')),
  parameters: parametersOf,
  dpop: oneOf(false, true, 'refresh-token'),
  resources: (_: string, value: unknown): unknown => value,
  silentLogin: oneOf(false, true),
  claims: withDefault([], listOf(text(/./, CLAIMS), CLAIMS)),
}

/**
 * Any OAuth 2.0 or OpenID Connect server: authorization code with PKCE (RFC 6749 §4.1, RFC 7636), refresh, revocation.
 * @throws TypeError naming an option that is missing, unknown or of the wrong type
 */
export function oauth(options: OAuthOptions): AuthMethod {
  const given = readOptions('auth', options, OPTIONS)
  const { issuer, clientId, scope, postLogoutPath, dpop, silentLogin, claims, parameters } = given
  const reserved = { login: given.loginPath, callback: given.redirectUri, logout: given.logoutPath }
  if (given.loginPath === given.redirectUri) invalid('auth.loginPath', given.loginPath, OWN_PATH)
  if ([given.loginPath, given.redirectUri].includes(given.logoutPath))
    invalid('auth.logoutPath', given.logoutPath, OWN_PATH)
  const resources = resourcesOf(given.resources, parameters.resource)

  return {
    endpoints: [],
    reserved,
    framedCallback: silentLogin,
    resources,
    carriers: { headers: ['Authorization'], scheme: 'Bearer', query: [] },
    // No page logs in or refreshes by itself.
    formats: { login: FORMAT, refresh: FORMAT },
    byCookie: false,
    logoutBody: () => undefined,
    connect({ name, clock, fetch, timeout, database, report }): AuthConnection {
      const records = recordStore(database)
      const key = dpop === false ? undefined : dpopKey(records, () => report(KEY_NOT_KEPT))
      const server = authorizationServer({
        issuer,
        clientId,
        claims,
        resource: resources.own,
        timeout,
        clock,
        fetch,
        fetchToken: key ? sendWithProof(key, clock, fetch, async (answer) => [await errorOf(answer)]) : fetch,
      })
      const sendToApi = key && dpop === true ? sendWithProof(key, clock, fetch, challengeErrors) : undefined
      const exchange: typeof server.exchange = async (...callback) => {
        const tokens = await server.exchange(...callback)
        if (dpop === true && tokens.tokenType !== 'dpop') report(NOT_BOUND)
        return tokens
      }
      const { navigate, silentAddress } = navigationAnswerer({
        server: { ...server, exchange },
        records,
        clock,
        clientId,
        scope,
        reserved,
        postLogoutPath,
        parameters,
        resources: resources.granted,
      })
      return {
        endpoint: {
          canRefresh: ({ refreshToken }) => refreshToken !== undefined,
          refresh: async ({ tokens, resource }) =>
            tokens.refreshToken === undefined ? NO_REFRESH_TOKEN : server.refresh(tokens, resource),
          revoke: ({ tokens }) => server.revoke(tokens),
        },
        send:
          sendToApi &&
          ((request, session) =>
            session?.tokens.tokenType === 'dpop'
              ? sendToApi(request, session.tokens.accessToken)
              : fetch(request)),
        navigate,
        land: landing(reserved, navigate),
        silentLogin: silentLogin ? silentLoginFlow({ name, clock, address: silentAddress }) : undefined,
      }
    },
  }
}

const FORMAT = { fields: RFC_FIELDS, expiresInUnit: 's' } as const

const KEY_NOT_KEPT = {
  type: 'broker-error',
  code: 'dpop-key-not-kept',
  message: 'This browser cannot store the DPoP key, so the session ends with the worker.',
} as const

const NOT_BOUND = {
  type: 'broker-error',
  code: 'dpop-not-bound',
  message: 'The server has bound the access token to no key: it knows no DPoP, or not for this client.',
} as const

const NO_REFRESH_TOKEN: RefreshResult = {
  type: 'failed',
  failure: {
    kind: 'misconfigured',
    code: 'no-refresh-token',
    message:
      "An API of 'resources' needs a refresh token, and the server gave none: does 'scope' ask for one (offline_access)? The session is kept.",
  },
  retryAfter: 0,
}
/** What an API finds wrong (RFC 6750 §3.1). */
const challengeErrors = async ({ status, headers }: Response): Promise<(string | undefined)[]> =>
  status === 401
    ? parseChallenges(headers.get('WWW-Authenticate')).map(({ params }) => params.get('error'))
    : []

function issuerOf(option: string, issuer: unknown): URL {
  const parsed = url(option, issuer)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)
  if (parsed.protocol !== 'https:' && !isLocal) invalid(option, issuer, 'an https: URL')
  return parsed
}

function ownPath(option: string, value: unknown): string {
  const { origin, pathname, search } = url(option, value)
  if (origin !== location.origin || search !== '') invalid(option, value, 'a path of the app itself')
  return pathname
}

function parametersOf(option: string, value: unknown = {}): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid(option, value, 'an object of texts')
  const parameter = text(/^/, 'a text')
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => [name, parameter(`${option}.${name}`, given)]),
  )
}
