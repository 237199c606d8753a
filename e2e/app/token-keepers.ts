import type { RegisterOptions } from 'sw-token-broker/client'

export interface Tokens {
  token: string
  refreshToken: string
}

/** How front ends keep their tokens, and what they would tell the broker about it. */
export interface TokenKeeper {
  load(): Tokens | undefined
  store(tokens: Tokens): void
  clear(): void
  /** All that is stored, as text. */
  raw(): string
  adopt: NonNullable<RegisterOptions['adopt']>
}

const inStorage = (name: 'localStorage' | 'sessionStorage', storage: Storage): TokenKeeper => ({
  load() {
    const token = storage.getItem('token')
    const refreshToken = storage.getItem('refreshToken')
    return token === null || refreshToken === null ? undefined : { token, refreshToken }
  },
  store({ token, refreshToken }) {
    storage.setItem('token', token)
    storage.setItem('refreshToken', refreshToken)
  },
  clear() {
    storage.removeItem('token')
    storage.removeItem('refreshToken')
  },
  raw: () => `${storage.getItem('token')} ${storage.getItem('refreshToken')}`,
  adopt: { [name]: { access_token: 'token', refresh_token: 'refreshToken' } },
})

/** One entry with JSON in it. */
const inEntry = (
  key: string,
  path: string,
  write: (tokens: Tokens) => string,
  read: (text: string) => Tokens,
): TokenKeeper => ({
  load() {
    const text = localStorage.getItem(key)
    return text === null ? undefined : read(text)
  },
  store: (tokens) => localStorage.setItem(key, write(tokens)),
  clear: () => localStorage.removeItem(key),
  raw: () => localStorage.getItem(key) ?? '',
  adopt: { localStorage: { access_token: `${path}.token`, refresh_token: `${path}.refreshToken` } },
})

const YEAR = 31_536_000

const inCookies: TokenKeeper = {
  load() {
    const read = (name: string): string | undefined =>
      new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1]
    const [token, refreshToken] = [read('token'), read('refresh_token')]
    return token && refreshToken
      ? { token: decodeURIComponent(token), refreshToken: decodeURIComponent(refreshToken) }
      : undefined
  },
  store({ token, refreshToken }) {
    document.cookie = `token=${encodeURIComponent(token)}; Max-Age=${YEAR}; Path=/`
    document.cookie = `refresh_token=${encodeURIComponent(refreshToken)}; Max-Age=${YEAR}; Path=/`
  },
  clear() {
    for (const name of ['token', 'refresh_token']) document.cookie = `${name}=; Max-Age=0; Path=/`
  },
  raw: () => document.cookie,
  adopt: { cookie: { access_token: 'token', refresh_token: 'refresh_token' } },
}

export const KEEPERS = {
  local: inStorage('localStorage', localStorage),
  session: inStorage('sessionStorage', sessionStorage),
  cookie: inCookies,
  // A pinia store, persisted; with a number that no JSON parser of a browser keeps.
  json: inEntry(
    'auth',
    'auth.state',
    ({ token, refreshToken }) =>
      `{ "id": 12345678901234567890, "state": {"token": "${token}", "refreshToken":"${refreshToken}"} }`,
    (text) => JSON.parse(text).state,
  ),
  // redux-persist writes JSON inside JSON.
  redux: inEntry(
    'persist:root.v1',
    'persist:root.v1.auth',
    (tokens) => JSON.stringify({ auth: JSON.stringify(tokens), _persist: '{"version":-1}' }),
    (text) => JSON.parse(JSON.parse(text).auth),
  ),
} satisfies Record<string, TokenKeeper>

export type KeeperName = keyof typeof KEEPERS
