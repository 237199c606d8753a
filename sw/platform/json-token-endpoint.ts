import { classifyTokenError } from '../core/token-error.ts'
import type { ActiveSession, RefreshFailure, TokenSet } from '../core/session.ts'
import { objectWith } from '../core/token-response.ts'
import { credentials } from '../core/carriers.ts'
import type { Clock, Fetch, RefreshResult, SendLogout, TokenEndpoint } from './ports.ts'
import { retryAfter } from './retry-after.ts'
import { sendLogout } from './send-logout.ts'
import { readTokenAnswer, type AnswerFormat } from './token-answer.ts'

export interface JsonTokenEndpointOptions extends AnswerFormat {
  refresh?: string
  /** Of the refresh request. */
  method: string
  logout?: string
  refreshToken: 'body' | 'cookie' | 'access-token'
  header: string
  scheme: string
  refreshRequest?: (context: RefreshRequestContext) => Request | Promise<Request>
  logoutRequest?: (context: LogoutRequestContext) => Request | Promise<Request>
  /** Whether an answer says that the session is over, where that is not said by its status. */
  judge?: (response: Response) => Promise<boolean | undefined>
  /** ms */
  timeout: number
  clock: Clock
  fetch: Fetch
}

/** What a `refreshRequest` of the app may use. */
export interface RefreshRequestContext {
  accessToken: string
  refreshToken: string | undefined
  /** The page's last own request to the refresh endpoint, with placeholders for tokens; undefined where it made none. */
  lastRequest: Request | undefined
}

/** What a `logoutRequest` of the app may use. */
export type LogoutRequestContext = Pick<RefreshRequestContext, 'accessToken' | 'refreshToken'>

/** A server with JSON endpoints of its own for refresh and logout. */
export function jsonTokenEndpoint(options: JsonTokenEndpointOptions): TokenEndpoint {
  const byCookie = options.refreshToken === 'cookie'
  const byAccessToken = options.refreshToken === 'access-token'
  const { header, scheme, method } = options

  const refreshRequest = async ({ tokens, lastRequest }: ActiveSession): Promise<Request> => {
    if (options.refreshRequest) {
      const request = await options.refreshRequest({
        accessToken: tokens.accessToken,
        refreshToken: tokens.refreshToken,
        lastRequest: lastRequest && new Request(lastRequest.url, withoutEmptyBody(lastRequest)),
      })
      if (!(request instanceof Request)) throw new TypeError(`'refreshRequest' must return a Request`)
      return request
    }
    const { refresh = '' } = options
    if (byCookie) return cookieRequest(refresh, method)
    return byAccessToken
      ? new Request(refresh, {
          method,
          headers: { Accept: 'application/json', [header]: credentials(scheme, tokens.accessToken) },
        })
      : jsonRequest(refresh, method, objectWith(options.fields.request, tokens.refreshToken))
  }

  const logoutRequest = async (tokens: TokenSet): Promise<Request> => {
    const { accessToken, refreshToken } = tokens
    if (options.logoutRequest) return options.logoutRequest({ accessToken, refreshToken })
    const { logout = '' } = options
    const request = byCookie
      ? cookieRequest(logout, 'POST')
      : jsonRequest(logout, 'POST', logoutBody(options.fields.request, tokens))
    if (accessToken !== '') request.headers.set(header, credentials(scheme, accessToken))
    return request
  }

  const post: SendLogout = async ({ tokens }) => {
    // The worker may be ended before the answer comes.
    const answer = options.fetch(await logoutRequest(tokens), { keepalive: true })
    return (await options.clock.within(options.timeout, answer)) ?? Response.error()
  }

  const endpoint: TokenEndpoint = {
    canRefresh({ accessToken, refreshToken }) {
      if (options.refresh === undefined && !options.refreshRequest) return false
      if (byAccessToken) return accessToken !== ''
      return byCookie || refreshToken !== undefined || options.refreshRequest !== undefined
    },
    refusalIsFinal: byAccessToken,

    async refresh(session) {
      const limit = new AbortController()
      const exchange = async (): Promise<RefreshResult> => {
        let request: Request
        try {
          request = await refreshRequest(session)
        } catch (cause) {
          const kind = isNetworkError(cause) ? 'network' : 'misconfigured'
          return failed(`'refreshRequest' did not give a request: ${messageOf(cause)}`, kind)
        }
        const response = await options.fetch(request, { signal: limit.signal, cache: 'no-store' })
        const copy = options.judge && response.clone()
        const { tokens, error, wrongMember } = await readTokenAnswer(response, options, options.clock)
        if (tokens && wrongMember === undefined) return { type: 'tokens', tokens }
        if (copy && copy.status < 500 && (await options.judge?.(copy)) === true) return { type: 'rejected' }
        const outcome = classifyTokenError(response.status, error, wrongMember)
        return outcome.type === 'rejected'
          ? outcome
          : { ...outcome, retryAfter: retryAfter(response, options.clock.now()) }
      }
      try {
        const result = await options.clock.within(options.timeout, exchange())
        if (result) return result
        limit.abort()
        return failed(`It did not answer within ${options.timeout / 1000} s.`)
      } catch (cause) {
        return failed(`It cannot be reached (${messageOf(cause)}).`)
      }
    },

    async revoke(session, send = post) {
      const isWanted = (options.logout ?? options.logoutRequest) !== undefined
      return isWanted ? sendLogout(session, send, endpoint, options.clock) : undefined
    },
  }
  return endpoint
}

/** What a logout request carries: `refresh_token`, and the server's own name for it where that is another. */
export const logoutBody = (member: string, tokens: TokenSet): unknown => ({
  refresh_token: tokens.refreshToken,
  ...objectWith(member, tokens.refreshToken),
})

const jsonRequest = (url: string, method: string, body: unknown): Request =>
  new Request(url, {
    method,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  })

/**
 * The refresh token is in an HttpOnly cookie. A static header that no form can send is the CSRF defence of RFC 10017
 * §6.1.3.3; to another origin it would force a preflight, so CORS has to do.
 */
function cookieRequest(url: string, method: string): Request {
  const isOwnOrigin = new URL(url).origin === location.origin
  return new Request(url, {
    method,
    credentials: isOwnOrigin ? 'same-origin' : 'include',
    headers: isOwnOrigin ? { Accept: 'application/json', 'X-SW-Token-Broker': '1' } : {},
  })
}

const withoutEmptyBody = ({
  body,
  ...init
}: {
  body: string
  method: string
  headers: [string, string][]
}): RequestInit => (body === '' ? init : { ...init, body })

const failed = (detail: string, kind: RefreshFailure['kind'] = 'network'): RefreshResult => ({
  type: 'failed',
  failure: {
    kind,
    code: kind === 'network' ? 'refresh-unreachable' : 'refresh-misconfigured',
    message: `The refresh endpoint: ${detail} The session is kept.`,
  },
  retryAfter: 0,
})

/** What the `fetch` of a browser rejects with, in a `refreshRequest` that has asked the server for something. */
const isNetworkError = (cause: unknown): boolean =>
  cause instanceof TypeError && /failed to fetch|fetch failed|NetworkError|Load failed/i.test(cause.message)

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
