// Sessions as a strict server keeps them: refresh tokens are good once, and one that comes back ends its family.
import { randomBytes } from 'node:crypto'

/** With characters that a form, a query and JSON each write in their own way. */
const newToken = (kind: string): string => `${kind}/+${randomBytes(24).toString('base64')}`

export interface Issued {
  accessToken: string
  refreshToken: string
  /** ms since the epoch */
  expiresAt: number
}

interface Grant {
  user: string
  family: number
  isSpent: boolean
}

interface Access extends Grant {
  expiresAt: number
}

export interface WireStats {
  logins: number
  /** Every request for tokens after the login, whatever became of it. */
  tokenRequests: number
  refreshes: number
  /** Spent refresh tokens that came back. */
  reuse: number
  logouts: number
  /** Calls by what their token was worth. */
  calls: { valid: number; refused: number; anonymous: number }
  /** Where a placeholder arrived: none ever should. */
  placeholders: string[]
}

const noStats = (): WireStats => ({
  logins: 0,
  tokenRequests: 0,
  refreshes: 0,
  reuse: 0,
  logouts: 0,
  calls: { valid: 0, refused: 0, anonymous: 0 },
  placeholders: [],
})

/** Makes the tokens of a server whose pages read them. */
export type Mint = (kind: 'at' | 'rt', user: string, expiresAt: number) => string

export class WireSessions {
  /** Life of the access tokens issued from now on, s. */
  ttl = 300
  readonly #mint: Mint

  constructor(mint: Mint = newToken) {
    this.#mint = mint
  }

  stats: WireStats = noStats()
  readonly #access = new Map<string, Access>()
  readonly #refresh = new Map<string, Grant>()
  readonly #ended = new Set<number>()
  #families = 0

  reset(): void {
    this.stats = noStats()
  }

  login(user: string): Issued {
    this.stats.logins++
    return this.#issue(user, ++this.#families)
  }

  /** @returns undefined where the token is none, is spent, or its session is over */
  refresh(refreshToken: string): Issued | undefined {
    this.stats.tokenRequests++
    const grant = this.#refresh.get(refreshToken)
    if (!grant || this.#ended.has(grant.family)) return undefined
    if (grant.isSpent) {
      this.stats.reuse++
      this.#ended.add(grant.family)
      return undefined
    }
    grant.isSpent = true
    this.stats.refreshes++
    return this.#issue(grant.user, grant.family)
  }

  /** For servers whose access token renews itself: of a strict one the old token is good no more. */
  renew(accessToken: string, isStrict = true): Issued | undefined {
    this.stats.tokenRequests++
    const access = this.#access.get(accessToken)
    if (!access || access.isSpent || this.#ended.has(access.family)) return undefined
    access.isSpent = isStrict
    this.stats.refreshes++
    return this.#issue(access.user, access.family)
  }

  /** Whose token that is; undefined where it is not good any more. */
  userOf(accessToken: string): string | undefined {
    const access = this.#access.get(accessToken)
    const isGood =
      access && !access.isSpent && access.expiresAt > Date.now() && !this.#ended.has(access.family)
    return isGood ? access.user : undefined
  }

  /** The same, for a call that is counted. */
  call(accessToken: string | undefined): string | undefined {
    const user = accessToken === undefined ? undefined : this.userOf(accessToken)
    this.stats.calls[accessToken === undefined ? 'anonymous' : user === undefined ? 'refused' : 'valid']++
    return user
  }

  /** Ends the session of both tokens; false where they are not of one that is alive. */
  logout(accessToken: string, refreshToken?: string): boolean {
    const access = this.#access.get(accessToken)
    const grant = refreshToken === undefined ? access : this.#refresh.get(refreshToken)
    if (!access || grant?.family !== access.family || this.#ended.has(access.family)) return false
    this.#ended.add(access.family)
    this.stats.logouts++
    return true
  }

  /** Ends the session of either token; false where it is not of one that is alive. */
  end(token: string): boolean {
    const family = (this.#access.get(token) ?? this.#refresh.get(token))?.family
    if (family === undefined || this.#ended.has(family)) return false
    this.#ended.add(family)
    this.stats.logouts++
    return true
  }

  /** The access tokens issued so far are good no more. */
  expire(): void {
    for (const access of this.#access.values()) access.expiresAt = 0
  }

  /** All sessions are over. */
  revoke(): void {
    for (let family = 1; family <= this.#families; family++) this.#ended.add(family)
  }

  #issue(user: string, family: number): Issued {
    const expiresAt = Date.now() + this.ttl * 1000
    const issued = {
      accessToken: this.#mint('at', user, expiresAt),
      refreshToken: this.#mint('rt', user, expiresAt),
      expiresAt,
    }
    this.#access.set(issued.accessToken, { user, family, isSpent: false, expiresAt: issued.expiresAt })
    this.#refresh.set(issued.refreshToken, { user, family, isSpent: false })
    return issued
  }
}
