/** s */
export const TOKEN_LIFE = 300

/** The API with a token of its own (RFC 8707) that a URL belongs to. */
export const resourceOf = (url: string): string | undefined =>
  url.includes('/api/other') ? 'https://other.example' : undefined

/** One login at the server, and all the tokens that came of it. */
export interface Family {
  id: number
  user: string
  /** The user's `sub`, where the server tells it. */
  subject: string | undefined
  alive: boolean
  diedOf?: 'reuse' | 'revocation' | 'logout'
  /** The refresh token that counts. */
  current: string
  /** When each of the others was used first, and what came of it. */
  used: Map<string, { at: number; successor: string }>
}

export interface Grant {
  access_token: string
  refresh_token: string
  expires_in: number
  user: string
}

/**
 * An authorization server as strict as they come: a refresh token is good for one refresh, and a second use of it ends
 * the whole family. Where there is a reuse window (ms), a token used again within it gives the same successor once more.
 */
export class ServerModel {
  readonly families: Family[] = []
  readonly #access = new Map<string, { family: Family; expiresAt: number; resource: string | undefined }>()
  readonly #refresh = new Map<string, Family>()
  readonly #reuseWindow: number
  readonly #tellsSubject: boolean
  #issued = 0

  constructor(reuseWindow: number, tellsSubject: boolean) {
    this.#reuseWindow = reuseWindow
    this.#tellsSubject = tellsSubject
  }

  login(user: string, now: number): Grant {
    const family: Family = {
      id: this.families.length + 1,
      user,
      subject: this.#tellsSubject ? user : undefined,
      alive: true,
      current: '',
      used: new Map(),
    }
    this.families.push(family)
    return this.#rotate(family, now)
  }

  /**
   * @param resource the API that the access token is for (RFC 8707)
   * @returns undefined where it is refused (`invalid_grant`)
   */
  refresh(token: string, now: number, resource?: string): Grant | undefined {
    const family = this.#refresh.get(token)
    if (!family?.alive) return undefined
    if (token === family.current) {
      const grant = this.#rotate(family, now, resource)
      family.used.set(token, { at: now, successor: grant.refresh_token })
      return grant
    }
    const use = family.used.get(token)
    if (use && now - use.at <= this.#reuseWindow && use.successor === family.current)
      return this.#grant(family, use.successor, now, resource)
    this.end(family, 'reuse')
    return undefined
  }

  /** The status that the API answers with. */
  answer(accessToken: string | undefined, now: number, resource: string | undefined): number {
    const access = this.#access.get(accessToken ?? '')
    const isGood = access?.family.alive === true && now < access.expiresAt && access.resource === resource
    return isGood ? 200 : 401
  }

  /** Like many, it asks for a good access token, and its refresh tokens are good for as long as it has given them. */
  logout(refreshToken: string | undefined, accessToken: string | undefined, now: number): number {
    const access = this.#access.get(accessToken ?? '')
    if (access?.family.alive !== true || now >= access.expiresAt) return 401
    this.end(this.familyOf(refreshToken), 'logout')
    return 200
  }

  end(family: Family | undefined, cause: NonNullable<Family['diedOf']>): void {
    if (!family?.alive) return
    family.alive = false
    family.diedOf = cause
  }

  /** All access tokens are dead from now on; whoever had one can still refresh. */
  expire(): void {
    for (const access of this.#access.values()) access.expiresAt = 0
  }

  familyOf(token: string | undefined): Family | undefined {
    return this.#refresh.get(token ?? '') ?? this.#access.get(token ?? '')?.family
  }

  /** Whether the server would refresh this token now. */
  honours(token: string | undefined, now: number): boolean {
    const family = this.#refresh.get(token ?? '')
    if (!family?.alive || token === undefined) return false
    const use = family.used.get(token)
    return (
      token === family.current ||
      (use !== undefined && now - use.at <= this.#reuseWindow && use.successor === family.current)
    )
  }

  #rotate(family: Family, now: number, resource?: string): Grant {
    family.current = `refresh-token-${family.id}-${++this.#issued}`
    this.#refresh.set(family.current, family)
    return this.#grant(family, family.current, now, resource)
  }

  #grant(family: Family, refreshToken: string, now: number, resource: string | undefined): Grant {
    const accessToken = `access-token-${family.id}-${++this.#issued}`
    this.#access.set(accessToken, { family, expiresAt: now + TOKEN_LIFE * 1000, resource })
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: TOKEN_LIFE,
      user: family.user,
    }
  }
}
