const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const part = (json: unknown): string => base64url(encode(JSON.stringify(json)))

const sha256 = async (text: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', encode(text))))

/** What a proof is about (RFC 9449 §4.2). */
export interface ProofClaims {
  method: string
  url: string
  accessToken: string | undefined
  /** s since the epoch */
  issuedAt: number
  nonce: string | undefined
}

/** Of the keys that were asked for: to export one costs a third of a proof. */
const jwks = new WeakMap<CryptoKey, Promise<JsonWebKey>>()

/** A DPoP proof for a request: new for each sending, as its `jti` may be used once. */
export async function dpopProof(
  { privateKey, publicKey }: CryptoKeyPair,
  claims: ProofClaims,
): Promise<string> {
  const exported = jwks.get(publicKey) ?? crypto.subtle.exportKey('jwk', publicKey)
  jwks.set(publicKey, exported)
  const { kty, crv, x, y } = await exported
  const { origin, pathname } = new URL(claims.url)
  const payload = {
    jti: crypto.randomUUID(),
    htm: claims.method,
    htu: origin + pathname,
    iat: claims.issuedAt,
    ath: claims.accessToken && (await sha256(claims.accessToken)),
    nonce: claims.nonce,
  }
  const input = `${part({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } })}.${part(payload)}`
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, encode(input))
  return `${input}.${base64url(new Uint8Array(signature))}`
}
