// What the authorization server remembers of its logins. Pure: time and randomness come from outside.

/** One login and all the tokens that descend from it; they live and die together. */
interface Family {
  id: string
  user: string
  revoked: boolean
  /** Access tokens with a lower serial are refused. */
  acceptedFrom: number
}

interface RefreshToken {
  family: Family
  spentAt?: number
}

/** What a login or a refresh hands out. */
export interface Grant {
  familyId: string
  user: string
  /** Goes into the access token, so that the tokens issued up to a moment can be refused. */
  serial: number
  refreshToken: string
}

export type Rotation =
  | { outcome: 'rotated'; grant: Grant }
  /** A spent token came back: somebody holds a copy of it, and its family is revoked now. */
  | { outcome: 'reused' }
  /** Unknown, or of a family that is revoked already. */
  | { outcome: 'refused' }

export interface GrantsOptions {
  /** An unguessable string, new at every call. */
  random: () => string
  /** For so many milliseconds after its first use a refresh token may be used again. */
  reuseWindow?: number
}

/**
 * Families of single-use refresh tokens.
 * @see RFC 9700 §4.14.2: a refresh token that is used twice revokes its whole family, since the server cannot tell
 * the thief from the owner.
 */
export class Grants {
  readonly #families = new Map<string, Family>()
  /** Spent tokens stay: only who remembers them can notice their reuse. */
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #random: () => string
  readonly #reuseWindow: number
  #serial = 0

  constructor({ random, reuseWindow = 0 }: GrantsOptions) {
    this.#random = random
    this.#reuseWindow = reuseWindow
  }

  /** A login. */
  begin(user: string): Grant {
    const family: Family = { id: this.#random(), user, revoked: false, acceptedFrom: 0 }
    this.#families.set(family.id, family)
    return this.#grant(family)
  }

  /** Trades a refresh token for the next one. */
  rotate(refreshToken: string, now: number): Rotation {
    const token = this.#refreshTokens.get(refreshToken)
    if (token === undefined || token.family.revoked) return { outcome: 'refused' }
    if (token.spentAt !== undefined && now - token.spentAt >= this.#reuseWindow) {
      token.family.revoked = true
      return { outcome: 'reused' }
    }
    // The window counts from the first use, or a thief could keep it open.
    token.spentAt ??= now
    return { outcome: 'rotated', grant: this.#grant(token.family) }
  }

  /** A logout. Any token of the family will do, a spent one too: it ends a session, it does not open one. */
  revokeFamilyOf(refreshToken: string): boolean {
    const family = this.#refreshTokens.get(refreshToken)?.family
    if (family === undefined) return false
    family.revoked = true
    return true
  }

  /** Ends the sessions of `user`, or of everybody. */
  revokeFamilies(user?: string): void {
    for (const family of this.#familiesOf(user)) family.revoked = true
  }

  /** Refuses the access tokens issued so far to `user`, or to everybody; a refresh gives one that is accepted. */
  refuseAccessTokens(user?: string): void {
    for (const family of this.#familiesOf(user)) family.acceptedFrom = this.#serial + 1
  }

  acceptsAccessToken(familyId: string, serial: number): boolean {
    const family = this.#families.get(familyId)
    return family !== undefined && !family.revoked && serial >= family.acceptedFrom
  }

  #familiesOf(user: string | undefined): Family[] {
    return [...this.#families.values()].filter((family) => user === undefined || family.user === user)
  }

  #grant(family: Family): Grant {
    const refreshToken = this.#random()
    this.#refreshTokens.set(refreshToken, { family })
    this.#serial += 1
    return { familyId: family.id, user: family.user, serial: this.#serial, refreshToken }
  }
}
