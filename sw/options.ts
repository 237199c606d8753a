import { isAt, type RequestPolicy } from './core/request-policy.ts'
import type { IsExpired } from './judge-answer.ts'
import type { AuthMethod } from './auth-method.ts'
import {
  hook,
  invalid,
  listOf,
  oneOf,
  optional,
  pageUrl,
  place,
  readOptions,
  seconds,
  text,
  withDefault,
} from './validate.ts'

export interface TokenBrokerOptions {
  /** What gets the token: own-origin path prefixes and absolute URLs of other origins, by whole path segments. */
  protect: readonly string[]
  /** Entries like those of `protect` for what lies within it and gets no token all the same. */
  exclude?: readonly string[]
  /**
   * Entries like those of `protect` where GET navigations get the token too, for downloads and authenticated frames.
   * Any web site can start such a navigation (CSRF): only for paths whose GET changes nothing.
   */
  navigations?: readonly string[]
  /** How tokens are had: `jsonEndpoints({ … })` or `oauth({ … })`. */
  auth: AuthMethod
  /**
   * `add`: protected requests without credentials get the token. `replace`: only those that carry a placeholder, for
   * apps that keep their own interceptors. Default `add`.
   */
  attach?: 'add' | 'replace'
  /**
   * Says which answers mean that the token has expired, for APIs that say so otherwise than by a 401: `true` is treated
   * like one, `false` is passed on. It may be given to `jsonEndpoints` instead.
   */
  isExpired?: IsExpired
  /**
   * `access-token`: pages keep the real access token, and only the refresh token is a placeholder; for apps that put the
   * token where no worker can (WebSocket, a cookie that a server reads). A lower tier: any script of the page can send it
   * away. Default: no token to a page.
   */
  reveal?: 'access-token'
  /** Told to pages in `login-required`. */
  loginUrl?: string
  /** Tells the brokers of one origin apart: each has its own store, lock and events. Default `default`. */
  name?: string
  /**
   * Whether a page may begin a session with tokens that it has got by itself, by `setSession()`. A lower tier: the page
   * has had the tokens, and any script of it can begin a session of its own choice. Default false.
   */
  acceptTokens?: boolean
  /** Where tokens are kept. `memory` ends with the worker, so it wants `refreshToken: 'cookie'`. Default `indexeddb`. */
  storage?: 'indexeddb' | 'memory'
  /**
   * `hold`: a request that a lost session broke waits for the same user to log in again, in whichever tab, and goes out
   * then. Default `respond`: the page gets the server's 401.
   */
  whenLoginRequired?: 'respond' | 'hold'
  /** How long a request is held, s. Default 120; browsers end a worker that holds one for more than 300. */
  holdTimeout?: number
  /** How long a token request may take, s. Default 10. */
  tokenRequestTimeout?: number
  /** How long a request waits for lock and refresh together, s. Default 15. */
  waitTimeout?: number
  /** Bodies up to this many bytes are replayed after a 401. Default 5 MiB. */
  replayLimit?: number
}

export interface ResolvedOptions {
  policy: RequestPolicy
  auth: AuthMethod
  isExpired: IsExpired | undefined
  loginUrl: string | undefined
  name: string
  storage: 'indexeddb' | 'memory'
  acceptTokens: boolean
  whenLoginRequired: 'respond' | 'hold'
  /** ms */
  holdTimeout: number
  /** ms */
  tokenRequestTimeout: number
  /** ms */
  waitTimeout: number
  replayLimit: number
}

const ENTRIES = 'a list of path prefixes ("/api/") and absolute URLs'
const places = withDefault([], listOf(place, ENTRIES))

const OPTIONS = {
  protect: listOf(place, ENTRIES, 1),
  exclude: places,
  navigations: places,
  auth: authMethod,
  attach: oneOf('add', 'replace'),
  isExpired: hook<IsExpired>,
  reveal: optional(oneOf('access-token')),
  loginUrl: optional(pageUrl),
  name: withDefault('default', text(/^[\w.-]+$/, 'letters, digits, ".", "_" or "-"')),
  acceptTokens: oneOf(false, true),
  storage: oneOf('indexeddb', 'memory'),
  whenLoginRequired: oneOf('respond', 'hold'),
  holdTimeout: seconds(120),
  tokenRequestTimeout: seconds(10),
  waitTimeout: seconds(15),
  replayLimit: withDefault(5 * 2 ** 20, bytes),
}

/** @throws TypeError naming an option that is missing, unknown or of the wrong type */
export function resolveOptions(options: TokenBrokerOptions): ResolvedOptions {
  const given = readOptions('createTokenBroker', options, OPTIONS, '')
  const { protect, exclude, navigations, attach, reveal, ...rest } = given
  const { auth } = rest
  if (reveal && auth.reserved) invalid('reveal', reveal, 'none with oauth(…)')
  const { endpoints, reserved, framedCallback } = auth
  for (const entry of protect)
    if (endpoints.some((endpoint) => isAt(endpoint, entry) && !endpoint.when))
      invalid('protect', entry.origin + entry.path, 'no auth endpoint, which never gets the token')
  auth.resources?.check(protect)
  return {
    ...rest,
    isExpired: rest.isExpired ?? auth.isExpired,
    policy: {
      protect,
      exclude,
      navigations,
      attach,
      reveal: reveal !== undefined,
      endpoints,
      reserved,
      framedCallback,
    },
  }
}

function authMethod(option: string, auth: AuthMethod): AuthMethod {
  const isOne = typeof auth === 'object' && auth !== null && 'connect' in auth
  return isOne ? auth : invalid(option, auth, 'what jsonEndpoints({ … }) or oauth({ … }) returns')
}

function bytes(option: string, value: unknown): number {
  const isOne = typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
  return isOne ? value : invalid(option, value, 'a number of bytes')
}
