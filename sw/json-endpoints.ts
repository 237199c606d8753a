import type { AuthMethod } from './auth-method.ts'
import type { Endpoint } from './core/request-policy.ts'
import { RFC_FIELDS, type TokenFields } from './core/token-response.ts'
import { jsonTokenEndpoint, logoutBody, type RefreshRequestContext } from './platform/json-token-endpoint.ts'
import { checkMembers, invalid, oneOf, requestHeader, text, url } from './validate.ts'

export type { RefreshRequestContext }

/** A login request: a URL for a POST, or more where that does not tell it apart. */
export type LoginMatcher =
  | string
  | {
      url: string
      /** Default `POST`. */
      method?: string
      /**
       * Looks at the request's body, for servers whose login and refresh share a URL.
       * @param body the value of a JSON body, the fields of a form as an object, or the text
       */
      when?: (body: unknown) => boolean
    }

export interface JsonEndpointsOptions {
  /** Requests whose answer brings tokens. */
  login?: LoginMatcher | readonly LoginMatcher[]
  /** Where the worker POSTs `{ "refresh_token": … }`. */
  refresh: string
  /** Where a logout is POSTed as `{ "refresh_token": … }`, with the access token in `Authorization`. */
  logout?: string
  /** The server's own names of what RFC 6749 §5.1 calls `access_token` and so on; dotted paths where they nest. */
  fields?: Partial<TokenFields>
  /** Unit of `expires_in`. Default `s`, as in RFC 6749 §5.1. */
  expiresInUnit?: 's' | 'ms'
  /** `cookie`: the refresh token is in an HttpOnly cookie. Default `body`. */
  refreshToken?: 'body' | 'cookie'
  /** Makes the refresh request, for a server that wants something else. */
  refreshRequest?: (context: RefreshRequestContext) => Request | Promise<Request>
  /** The request header that carries the access token. Default `Authorization`. */
  header?: string
  /** What stands before the token in that header. Default `Bearer`; `''` for the token alone. */
  scheme?: string
}

const OPTIONS = [
  'login',
  'refresh',
  'logout',
  'fields',
  'expiresInUnit',
  'refreshToken',
  'refreshRequest',
  'header',
  'scheme',
]
const FIELDS = [...Object.keys(RFC_FIELDS), 'subject']
const HTTP_TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/

/**
 * An app's own login, refresh and logout endpoints, which speak JSON.
 * @throws TypeError naming an option that is missing, unknown or of the wrong type
 */
export function jsonEndpoints(options: JsonEndpointsOptions): AuthMethod {
  checkMembers('auth', options, OPTIONS)
  const refreshUrl = url('auth.refresh', options.refresh)
  const logoutUrl = options.logout === undefined ? undefined : url('auth.logout', options.logout)
  const refresh = endpointOf(refreshUrl)
  const login = matchersOf(options.login)
  for (const matcher of login)
    if (
      matcher.when === undefined &&
      matcher.origin + matcher.path === refresh.origin + refresh.path &&
      matcher.query.join('&') === refresh.query.join('&')
    )
      invalid(
        'auth.login',
        options.login,
        `another URL than 'refresh', or a 'when' that tells the two apart by the body`,
      )

  const fields = fieldsOf(options.fields)
  const expiresInUnit = oneOf('auth.expiresInUnit', options.expiresInUnit, ['s', 'ms'], 's')
  const refreshToken = oneOf('auth.refreshToken', options.refreshToken, ['body', 'cookie'], 'body')
  const header = requestHeader('auth.header', options.header, 'Authorization')
  const scheme = text(
    'auth.scheme',
    options.scheme,
    'Bearer',
    /^[\x21-\x7e]*$/,
    `an authentication scheme, or ''`,
  )
  const { refreshRequest } = options
  if (refreshRequest !== undefined && typeof refreshRequest !== 'function')
    invalid('auth.refreshRequest', refreshRequest, 'a function that returns a Request')

  return {
    login,
    refresh,
    logout: logoutUrl && endpointOf(logoutUrl),
    header,
    scheme,
    format: { fields, expiresInUnit },
    byCookie: refreshToken === 'cookie',
    connect: ({ clock, timeout }) => ({
      endpoint: jsonTokenEndpoint({
        refresh: refreshUrl.href,
        logout: logoutUrl?.href,
        fields,
        expiresInUnit,
        refreshToken,
        header,
        scheme,
        refreshRequest,
        timeout,
        clock,
      }),
    }),
    logoutBody: ({ tokens }) =>
      tokens.refreshToken === undefined ? undefined : JSON.stringify(logoutBody(fields.request, tokens)),
  }
}

const endpointOf = ({ origin, pathname, search }: URL): Endpoint => ({
  origin,
  path: pathname,
  query: search.length > 1 ? search.slice(1).split('&') : [],
})

function matchersOf(login: JsonEndpointsOptions['login']): Endpoint[] {
  if (login === undefined) return []
  const matchers = Array.isArray(login) ? login : [login]
  return matchers.map((matcher: unknown) => {
    if (typeof matcher === 'string') return endpointOf(url('auth.login', matcher))
    checkMembers('auth.login', matcher, ['url', 'method', 'when'])
    const members = new Map<string, unknown>(Object.entries(Object(matcher)))
    const when = members.get('when')
    const method = members.get('method')
    if (when !== undefined && !isPredicate(when))
      invalid('auth.login.when', when, 'a function that returns a boolean')
    if (method !== undefined) text('auth.login.method', method, '', HTTP_TOKEN, 'an HTTP method')
    return {
      ...endpointOf(url('auth.login.url', members.get('url'))),
      method: typeof method === 'string' ? method.toUpperCase() : undefined,
      when,
    }
  })
}

const isPredicate = (value: unknown): value is (body: unknown) => boolean => typeof value === 'function'

function fieldsOf(fields: Partial<TokenFields> | undefined): TokenFields {
  if (fields === undefined) return RFC_FIELDS
  checkMembers('auth.fields', fields, FIELDS)
  for (const [name, path] of Object.entries(fields))
    text(`auth.fields.${name}`, path, '', /^[^.]+(\.[^.]+)*$/, 'a dotted path')
  return {
    ...RFC_FIELDS,
    ...Object.fromEntries(Object.entries(fields).filter(([, path]) => path !== undefined)),
  }
}
