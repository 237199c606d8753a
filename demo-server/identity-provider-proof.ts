// What a resource server checks of a DPoP proof (RFC 9449 §4.3, §7.1).
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'

export interface ExpectedProof {
  method: string
  /** Of the request, with or without its query. */
  url: string
  accessToken: string
  /** The thumbprint of the key that the token is bound to. */
  jkt: string
  /** The nonce that a proof must hold; none where the server wants none. */
  nonce?: string
  /** ms since the epoch, by the server's clock */
  now: number
}

/** How old or how early a proof may be, s. */
const TOLERANCE = 30

export class ProofError extends Error {
  readonly code: 'invalid_dpop_proof' | 'use_dpop_nonce' | 'invalid_token'

  constructor(code: ProofError['code'], message: string) {
    super(message)
    this.code = code
  }
}

export class Proofs {
  readonly #seen = new Set<string>()

  /** @throws ProofError */
  async check(proof: string | undefined, expected: ExpectedProof): Promise<void> {
    if (proof === undefined) throw new ProofError('invalid_dpop_proof', 'There is no proof')
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ['ES256'],
      typ: 'dpop+jwt',
      currentDate: new Date(expected.now),
    }).catch(() => {
      throw new ProofError('invalid_dpop_proof', 'The proof is not signed as it should be')
    })
    const { jti, iat = 0, htm, htu, ath, nonce } = payload
    const refuseUnless = (holds: boolean, claim: string): void => {
      if (!holds)
        throw new ProofError('invalid_dpop_proof', `The proof's ${claim} is not that of the request`)
    }
    const { origin, pathname } = new URL(expected.url)
    refuseUnless(htm === expected.method, 'htm')
    refuseUnless(htu === origin + pathname, 'htu')
    refuseUnless(ath === createHash('sha256').update(expected.accessToken).digest('base64url'), 'ath')
    if (expected.nonce !== undefined && nonce !== expected.nonce)
      throw new ProofError('use_dpop_nonce', 'The proof needs the nonce of this server')
    refuseUnless(Math.abs(expected.now / 1000 - iat) <= TOLERANCE, 'iat')
    if (jti === undefined || this.#seen.has(jti))
      throw new ProofError('invalid_dpop_proof', 'The proof has been used before')
    this.#seen.add(jti)
    const { jwk } = protectedHeader
    if (!jwk || (await calculateJwkThumbprint(jwk)) !== expected.jkt)
      throw new ProofError('invalid_token', 'The token is bound to another key')
  }
}
