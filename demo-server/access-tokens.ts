// JWT access tokens: issued by the authorization server, examined by the resource server.
import { SignJWT, errors, generateKeyPair, jwtVerify } from 'jose'
import type { CryptoKey, JWTPayload } from 'jose'
import type { Grant, Grants } from './grants.ts'

const ALGORITHM = 'ES256'
/** Part of every placeholder that the service worker gives to a page in a token's place. */
const PLACEHOLDER_MARK = 'held-by-sw-token-broker-'

export type TokenKind = 'none' | 'valid' | 'expired' | 'revoked' | 'placeholder' | 'other'

export interface Credentials {
  token: TokenKind
  /** Whose token it is, or was; null unless this server has signed it. */
  user: string | null
}

/** Who issues tokens, and for what. */
export interface Audience {
  issuer: string
  audience: string
}

const ANONYMOUS: Credentials = { token: 'none', user: null }

export class AccessTokens {
  readonly #privateKey: CryptoKey
  readonly #publicKey: CryptoKey

  private constructor(privateKey: CryptoKey, publicKey: CryptoKey) {
    this.#privateKey = privateKey
    this.#publicKey = publicKey
  }

  static async create(): Promise<AccessTokens> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM)
    return new AccessTokens(privateKey, publicKey)
  }

  issue(grant: Grant, { issuer, audience }: Audience, ttl: number): Promise<string> {
    // Not rounded (RFC 7519 §2 allows fractions): a token of two seconds should not die after one.
    const now = Date.now() / 1000
    return new SignJWT({ name: grant.user, sid: grant.familyId })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(grant.user)
      .setIssuedAt(now)
      .setExpirationTime(now + ttl)
      .setJti(String(grant.serial))
      .sign(this.#privateKey)
  }

  /** Judges the value of an `Authorization` header. */
  async examine(header: string | undefined, expected: Audience, grants: Grants): Promise<Credentials> {
    if (header === undefined) return ANONYMOUS
    if (header.includes(PLACEHOLDER_MARK)) return { token: 'placeholder', user: null }
    const token = /^Bearer +([^ ]+)$/i.exec(header)?.[1]
    if (token === undefined) return { token: 'other', user: null }
    try {
      const options = { ...expected, algorithms: [ALGORITHM], requiredClaims: ['exp', 'sub', 'sid', 'jti'] }
      const { payload } = await jwtVerify(token, this.#publicKey, options)
      return { token: judge(payload, grants), user: payload.sub ?? null }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { token: 'expired', user: error.payload.sub ?? null }
      return { token: 'other', user: null }
    }
  }
}

function judge({ exp = 0, sid, jti }: JWTPayload, grants: Grants): TokenKind {
  // jose compares whole seconds.
  if (exp * 1000 <= Date.now()) return 'expired'
  return typeof sid === 'string' && grants.acceptsAccessToken(sid, Number(jti)) ? 'valid' : 'revoked'
}
