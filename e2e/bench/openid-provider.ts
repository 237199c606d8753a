import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { TokenResponse, Tokens } from './tokens.ts'

const CLIENT_ID = 'bench'

export const metadata = (issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/oidc/authorize`,
  token_endpoint: `${issuer}/oidc/token`,
  jwks_uri: `${issuer}/oidc/jwks`,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  code_challenge_methods_supported: ['S256'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  dpop_signing_alg_values_supported: ['ES256'],
  token_endpoint_auth_methods_supported: ['none'],
})

/** An OpenID provider that logs everybody in. */
export class OpenIdProvider {
  readonly #issuer: string
  readonly #tokens: Tokens
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  /** The nonce of each code that was not used yet. */
  readonly #nonces = new Map<string, string>()

  constructor(issuer: string, tokens: Tokens) {
    this.#issuer = issuer
    this.#tokens = tokens
  }

  get keys(): object {
    return {
      keys: [{ ...this.#pair.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: '1' }],
    }
  }

  /** @returns where the browser goes on */
  authorize(query: URLSearchParams): string {
    const code = randomUUID()
    this.#nonces.set(code, query.get('nonce') ?? '')
    const callback = new URL(query.get('redirect_uri') ?? this.#issuer)
    callback.searchParams.set('code', code)
    callback.searchParams.set('state', query.get('state') ?? '')
    return callback.href
  }

  token(form: URLSearchParams, isBound: boolean): (TokenResponse & { id_token: string }) | undefined {
    const code = form.get('code')
    const nonce = this.#nonces.get(code ?? '')
    if (code !== null && nonce === undefined) return undefined
    const answer =
      code === null
        ? this.#tokens.refresh(form.get('refresh_token') ?? '', isBound)
        : this.#tokens.issue(isBound)
    return answer && { ...answer, id_token: this.#idToken(nonce) }
  }

  #idToken(nonce: string | undefined): string {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: this.#issuer, sub: 'alice', aud: CLIENT_ID, iat: now, exp: now + 3600, nonce }
    const input = [{ alg: 'ES256', kid: '1' }, claims]
      .map((json) => Buffer.from(JSON.stringify(json)).toString('base64url'))
      .join('.')
    const key = { key: this.#pair.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
  }
}
