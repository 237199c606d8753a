import { challengeWith, parseChallenges } from './core/challenge.ts'
import type { ActiveSession } from './core/session.ts'
import { dpopProof } from './platform/dpop-proof.ts'
import type { Clock, Fetch } from './platform/ports.ts'

/**
 * Sends a request to the API with a DPoP proof (RFC 9449 §7). A nonce that the API asks for, or a clock that it does
 * not share, costs one more sending, which is no replay.
 */
export function sendWithProof(key: () => Promise<CryptoKeyPair>, clock: Clock, fetch: Fetch) {
  /** Per origin: an API's nonces are no other server's (RFC 9449 §8.2). */
  const nonces = new Map<string, string>()
  const offsets = new Map<string, number>()

  const send = async (request: Request, session: ActiveSession): Promise<Response> => {
    const { origin } = new URL(request.url)
    const { accessToken } = session.tokens
    const proof = await dpopProof(await key(), {
      method: request.method,
      url: request.url,
      accessToken,
      issuedAt: Math.floor((clock.now() + (offsets.get(origin) ?? 0)) / 1000),
      nonce: nonces.get(origin),
    })
    request.headers.set('Authorization', `DPoP ${accessToken}`)
    request.headers.set('DPoP', proof)
    const response = await fetch(request)
    const nonce = response.headers.get('DPoP-Nonce')
    if (nonce !== null) nonces.set(origin, nonce)
    return response
  }

  return async (request: Request, session: ActiveSession | undefined): Promise<Response> => {
    if (session?.tokens.tokenType !== 'dpop') return fetch(request)
    const cures = new Map([
      ['use_dpop_nonce', (response: Response) => response.headers.has('DPoP-Nonce')],
      ['invalid_dpop_proof', (response: Response) => learnOffset(response, request.url)],
    ])
    for (let again = request.clone(), current = request; ; current = again, again = current.clone()) {
      const response = await send(current, session)
      if (response.status !== 401) return response
      const challenges = parseChallenges(response.headers.get('WWW-Authenticate'))
      // Each is worth one more sending, once.
      const error = [...cures.keys()].find((name) => challengeWith(name, challenges))
      const cure = error === undefined ? undefined : cures.get(error)
      if (error === undefined || !cure?.(response)) return response
      cures.delete(error)
    }
  }

  /** The server's clock is what its proofs are judged by. */
  function learnOffset(response: Response, url: string): boolean {
    const serverTime = Date.parse(response.headers.get('Date') ?? '')
    if (Number.isNaN(serverTime)) return false
    offsets.set(new URL(url).origin, serverTime - clock.now())
    return true
  }
}
