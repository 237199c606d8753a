import { isWithin, type Endpoint, type Place, type RequestPolicy } from './core/request-policy.ts'
import type { IsExpired } from './judge-answer.ts'
import type { AuthMethod } from './auth-method.ts'
import { checkMembers, hook, invalid, oneOf, pageUrl, bytes, flag, seconds, text, url } from './validate.ts'

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
  isExpired?: IsExpired
  loginUrl?: string
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

const OPTIONS = [
  'protect',
  'exclude',
  'navigations',
  'auth',
  'attach',
  'isExpired',
  'reveal',
  'loginUrl',
  'name',
  'storage',
  'acceptTokens',
  'whenLoginRequired',
  'holdTimeout',
  'tokenRequestTimeout',
  'waitTimeout',
  'replayLimit',
]

/** @throws TypeError naming an option that is missing, unknown or of the wrong type */
export function resolveOptions(options: TokenBrokerOptions): ResolvedOptions {
  checkMembers('createTokenBroker', options, OPTIONS)
  const { auth, loginUrl } = options
  if (!isAuthMethod(auth)) invalid('auth', auth, 'what jsonEndpoints({ … }) or oauth({ … }) returns')
  const protect = protectedPlaces(
    options.protect,
    [...auth.login, auth.refresh, auth.logout].filter((endpoint) => endpoint && !endpoint.when),
  )
  for (const place of auth.resources?.places ?? [])
    if (!protect.some((entry) => isWithin(entry, place) || isWithin(place, entry)))
      invalid(
        'auth.resources',
        place.origin + place.path,
        `a prefix within 'protect', which decides what gets a token at all: list it there as well`,
      )
  return {
    policy: {
      protect,
      exclude: placesOf('exclude', options.exclude ?? []),
      navigations: placesOf('navigations', options.navigations ?? []),
      attach: oneOf('attach', options.attach, ['add', 'replace'], 'add'),
      reveal: isRevealing(options.reveal, auth),
      login: auth.login,
      refresh: auth.refresh,
      logout: auth.logout,
      reserved: auth.reserved,
      framedCallback: auth.framedCallback,
    },
    auth,
    isExpired: hook('isExpired', options.isExpired) ?? auth.isExpired,
    loginUrl: loginUrl === undefined ? undefined : pageUrl('loginUrl', loginUrl),
    name: text('name', options.name, 'default', /^[\w.-]+$/, 'letters, digits, ".", "_" or "-"'),
    storage: oneOf('storage', options.storage, ['indexeddb', 'memory'], 'indexeddb'),
    acceptTokens: flag('acceptTokens', options.acceptTokens, false),
    whenLoginRequired: oneOf('whenLoginRequired', options.whenLoginRequired, ['respond', 'hold'], 'respond'),
    holdTimeout: seconds('holdTimeout', options.holdTimeout, 120),
    tokenRequestTimeout: seconds('tokenRequestTimeout', options.tokenRequestTimeout, 10),
    waitTimeout: seconds('waitTimeout', options.waitTimeout, 15),
    replayLimit: bytes('replayLimit', options.replayLimit, 5 * 2 ** 20),
  }
}

function isRevealing(reveal: unknown, { reserved }: AuthMethod): boolean {
  if (reveal === undefined) return false
  if (reserved) invalid('reveal', reveal, 'no such option with oauth(…), where no page ever asks for a token')
  return oneOf('reveal', reveal, ['access-token'], 'access-token') === 'access-token'
}

const isAuthMethod = (auth: unknown): boolean =>
  typeof auth === 'object' && auth !== null && 'login' in auth && 'connect' in auth

function protectedPlaces(protect: unknown, endpoints: readonly (Endpoint | undefined)[]): Place[] {
  const places = placesOf('protect', protect)
  if (places.length === 0) invalid('protect', protect, ENTRIES)
  for (const { origin, path } of places)
    if (endpoints.some((endpoint) => endpoint?.path === path && endpoint.origin === origin))
      invalid(
        'protect',
        origin + path,
        'no auth endpoint: what belongs to login, refresh or logout never gets the token',
      )
  return places
}

const ENTRIES = 'a list of path prefixes ("/api/") and absolute URLs'

function placesOf(option: string, entries: unknown): Place[] {
  if (!Array.isArray(entries)) return invalid(option, entries, ENTRIES)
  return entries.map((entry: unknown) => {
    const { origin, pathname, search } = url(option, entry)
    if (search !== '' || pathname.includes('*'))
      invalid(option, entry, 'a prefix, without query and wildcards')
    return { origin, path: pathname }
  })
}
