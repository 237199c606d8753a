import { dpopProof } from './dpop-proof.ts'
import type { Clock, Fetch } from './ports.ts'
import { dateOf } from './retry-after.ts'

/** Sends a request with a DPoP proof for it, and for its access token where it has one. */
export type SendWithProof = (request: Request, accessToken?: string) => Promise<Response>

/**
 * For the requests to an API (RFC 9449 §7), or to an authorization server (§5). A nonce that it asks for, or a clock that
 * it does not share, costs one more sending each, which is no replay.
 * @param errorsOf the `error`s of an answer that is no success
 */
export function sendWithProof(
  key: () => Promise<CryptoKeyPair>,
  clock: Clock,
  fetch: Fetch,
  errorsOf: (response: Response) => Promise<readonly (string | undefined)[]>,
): SendWithProof {
  /** Per origin: an API's nonces are no other server's (RFC 9449 §8.2). */
  const nonces = new Map<string, string>()
  const offsets = new Map<string, number>()

  return async (request, accessToken) => {
    const { origin } = new URL(request.url)
    const cures = new Map([
      ['use_dpop_nonce', (response: Response) => response.headers.has('DPoP-Nonce')],
      ['invalid_dpop_proof', learnOffset],
    ])
    for (let again = request.clone(), current = request; ; current = again, again = current.clone()) {
      const proof = await dpopProof(await key(), {
        method: request.method,
        url: request.url,
        accessToken,
        issuedAt: Math.floor((clock.now() + (offsets.get(origin) ?? 0)) / 1000),
        nonce: nonces.get(origin),
      })
      if (accessToken !== undefined) current.headers.set('Authorization', `DPoP ${accessToken}`)
      current.headers.set('DPoP', proof)
      const response = await fetch(current)
      const nonce = response.headers.get('DPoP-Nonce')
      if (nonce !== null) nonces.set(origin, nonce)
      if (response.ok) return response
      const errors = await errorsOf(response)
      // Each is worth one more sending, once.
      const error = [...cures.keys()].find((name) => errors.includes(name)) ?? ''
      if (!cures.get(error)?.(response)) return response
      cures.delete(error)
    }

    /** The server's clock is what its proofs are judged by. */
    function learnOffset(response: Response): boolean {
      const serverTime = dateOf(response)
      if (serverTime === undefined) return false
      offsets.set(origin, serverTime - clock.now())
      return true
    }
  }
}
