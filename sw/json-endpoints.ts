import type { AuthMethod } from './auth-method.ts'
import type { Endpoint } from './core/request-policy.ts'
import { addressOf, endpointMatcher, type EndpointMatcher } from './endpoint-matcher.ts'
import { expiryTimes } from './platform/expiry-times.ts'
import {
  jsonTokenEndpoint,
  logoutBody,
  type LogoutRequestContext,
  type RefreshRequestContext,
} from './platform/json-token-endpoint.ts'
import { pageFlows } from './page-flows.ts'
import { tokenFields, type TokenFieldsOption } from './token-fields.ts'
import type { IsExpired } from './judge-answer.ts'
import {
  hook,
  invalid,
  listOf,
  oneOf,
  optional,
  readOptions,
  requestHeader,
  text,
  withDefault,
} from './validate.ts'

export type { EndpointMatcher, LogoutRequestContext, RefreshRequestContext, TokenFieldsOption }

export interface JsonEndpointsOptions {
  /** Requests whose answer brings tokens. */
  login?: EndpointMatcher | readonly EndpointMatcher[]
  /** Where the worker POSTs `{ "refresh_token": … }`. Only with `renewedIn` it may be left out. */
  refresh?: EndpointMatcher
  /** Where a logout is POSTed as `{ "refresh_token": … }`, with the access token in `Authorization`. */
  logout?: EndpointMatcher
  /**
   * The server's own names of what RFC 6749 §5.1 calls `access_token` and so on: a member's dotted path, `'$body'` where
   * the answer is nothing but the token, or `{ header: 'X-…' }`. `login` and `refresh` hold what the two answer otherwise.
   */
  fields?: TokenFieldsOption
  /** Unit of `expires_in`. Default `s`, as in RFC 6749 §5.1. */
  expiresInUnit?: 's' | 'ms'
  /**
   * How the member `fields.expiresAt` (default `expires_at`) says when the token expires, for answers without
   * `expires_in`. It is measured by the answer's own `Date`; of a `date` without a zone the sooner counts that is still
   * to come, UTC or the user's time. What makes no sense is ignored. Default: no such member is read.
   */
  expiresAt?: 'epoch-s' | 'epoch-ms' | 'date'
  /**
   * `cookie`: the refresh token is in an HttpOnly cookie. `access-token`: there is none, the access token renews itself
   * before it expires, and once an API has refused it only a login helps. Default `body`.
   */
  refreshToken?: 'body' | 'cookie' | 'access-token'
  /** Makes the refresh request, for a server that wants something else. */
  refreshRequest?: (context: RefreshRequestContext) => Request | Promise<Request>
  /** Makes the request that `broker.logout()` sends, for a server that wants something else. */
  logoutRequest?: (context: LogoutRequestContext) => Request | Promise<Request>
  /**
   * The request header that carries the access token; of several the first, while placeholders are replaced in all of
   * them, wherever they stand in a value. Default `Authorization`.
   */
  header?: string | readonly string[]
  /** What stands before the token in that header. Default `Bearer`; `''` for the token alone. */
  scheme?: string
  /**
   * Members of a URL's query in which placeholders are replaced, for servers that read the token there. Default none.
   */
  queryParameters?: readonly string[]
  /**
   * The header of an API's answers that may bring a new access token, for sliding sessions (`X-ND-Authorization`). Without
   * `refresh` nothing else renews it.
   */
  renewedIn?: string
  /** As the option of the same name of `createTokenBroker`, which goes before. */
  isExpired?: IsExpired
}

const QUERY_NAMES = 'a list of the names of query members'
const headerNames = listOf(requestHeader, 'the name of a request header, or a list of them', 1)

const loginMatcher = endpointMatcher('login', 'POST')
const refreshMatcher = endpointMatcher('refresh')

const OPTIONS = {
  login: (option: string, value: unknown = []): Endpoint[] =>
    [value].flat().map((matcher) => loginMatcher(option, matcher)),
  refresh: optional(refreshMatcher),
  logout: optional(endpointMatcher('logout')),
  fields: tokenFields,
  expiresInUnit: oneOf('s', 'ms'),
  expiresAt: optional(oneOf('epoch-s', 'epoch-ms', 'date')),
  refreshToken: oneOf('body', 'cookie', 'access-token'),
  refreshRequest: hook<NonNullable<JsonEndpointsOptions['refreshRequest']>>,
  logoutRequest: hook<NonNullable<JsonEndpointsOptions['logoutRequest']>>,
  header: withDefault(['Authorization'], (option, value) => headerNames(option, [value].flat())),
  scheme: withDefault('Bearer', text(/^[\x21-\x7e]*$/, `an authentication scheme, or ''`)),
  queryParameters: withDefault([], listOf(text(/^[\w.~-]+$/, QUERY_NAMES), QUERY_NAMES)),
  renewedIn: optional(requestHeader),
  isExpired: hook<IsExpired>,
}

/**
 * An app's own login, refresh and logout endpoints, which speak JSON.
 * @throws TypeError naming an option that is missing, unknown or of the wrong type
 */
export function jsonEndpoints(options: JsonEndpointsOptions): AuthMethod {
  const given = readOptions('auth', options, OPTIONS)
  const { login, logout, fields, expiresInUnit, refreshToken, header, scheme, renewedIn } = given
  const { refreshRequest, logoutRequest, isExpired } = given
  const expiresAt = given.expiresAt && expiryTimes(given.expiresAt)
  const refresh =
    given.refresh ?? (renewedIn === undefined ? refreshMatcher('auth.refresh', undefined) : undefined)
  if (
    refresh &&
    !refresh.when &&
    login.some((matcher) => !matcher.when && addressOf(matcher) === addressOf(refresh))
  )
    invalid(
      'auth.login',
      options.login,
      `another URL than 'refresh', or a 'when' that tells the bodies apart`,
    )
  const method = refresh?.method ?? 'POST'
  if (method === 'GET' && refreshToken === 'body' && !refreshRequest)
    invalid('auth.refresh.method', method, `a method with a body, or a 'refreshRequest'`)

  return {
    endpoints: [...login, refresh, logout].filter((endpoint) => endpoint !== undefined),
    carriers: { headers: header, scheme, query: given.queryParameters },
    formats: {
      login: { fields: fields.login, expiresInUnit, expiresAt },
      refresh: { fields: fields.refresh, expiresInUnit, expiresAt },
    },
    byCookie: refreshToken === 'cookie',
    renewedIn,
    isExpired,
    pageFlows,
    connect: ({ clock, fetch, judge, timeout }) => ({
      endpoint: jsonTokenEndpoint({
        refresh: refresh && addressOf(refresh),
        method,
        logout: logout && addressOf(logout),
        fields: fields.refresh,
        expiresInUnit,
        expiresAt,
        refreshToken,
        header: header[0] ?? '',
        scheme,
        refreshRequest,
        logoutRequest,
        judge,
        timeout,
        clock,
        fetch,
      }),
    }),
    logoutBody: ({ tokens }) =>
      tokens.refreshToken === undefined
        ? undefined
        : JSON.stringify(logoutBody(fields.refresh.request, tokens)),
  }
}
