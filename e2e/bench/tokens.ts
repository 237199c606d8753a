import { randomUUID } from 'node:crypto'

export interface TokenResponse {
  access_token: string
  refresh_token: string
  token_type: 'Bearer' | 'DPoP'
  expires_in: number
  scope: string
}

/** s */
const LIFETIME = 3600

/** Access tokens, and refresh tokens that are good once. */
export class Tokens {
  /** What `expires_in` says, s. */
  lifetime = LIFETIME
  /** Until when each is good, ms since the epoch. */
  readonly #access = new Map<string, number>()
  readonly #refresh = new Set<string>()

  issue(isBound: boolean): TokenResponse {
    const [access, refresh] = [randomUUID(), randomUUID()]
    this.#access.set(access, Date.now() + LIFETIME * 1000)
    this.#refresh.add(refresh)
    return {
      access_token: access,
      refresh_token: refresh,
      token_type: isBound ? 'DPoP' : 'Bearer',
      expires_in: this.lifetime,
      scope: 'openid offline_access api',
    }
  }

  /** @returns nothing for a token that was used before */
  refresh(token: string, isBound: boolean): TokenResponse | undefined {
    return this.#refresh.delete(token) ? this.issue(isBound) : undefined
  }

  isGood(authorization = ''): boolean {
    return (this.#access.get(authorization.replace(/^(Bearer|DPoP) /, '')) ?? 0) > Date.now()
  }

  /** All access tokens issued so far. */
  revoke(): void {
    this.#access.clear()
  }
}
