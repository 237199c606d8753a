import type { RecordStore } from './record-store.ts'

const KEY = 'dpop-key'

/**
 * The key pair that binds the tokens to this browser; its private half cannot be exported. It is made once and kept, as
 * every refresh needs the same (RFC 9449 §5).
 * @param onFault told where the browser cannot store a key, so that the session ends with the worker
 */
export function dpopKey(records: RecordStore, onFault: () => void): () => Promise<CryptoKeyPair> {
  let known: Promise<CryptoKeyPair> | undefined
  const stored = (): Promise<unknown> => records.get(KEY).catch(() => undefined)
  // As the session, it is read while the worker starts.
  const early = stored()

  const read = async (): Promise<CryptoKeyPair> => {
    const kept = (await early) ?? (await stored())
    if (isKeyPair(kept)) return kept
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    try {
      await records.set(KEY, pair)
    } catch {
      // Lockdown Mode and some private modes cannot clone a key.
      onFault()
    }
    return pair
  }
  return () => (known ??= read())
}

const isKeyPair = (value: unknown): value is CryptoKeyPair =>
  typeof value === 'object' &&
  value !== null &&
  'privateKey' in value &&
  'publicKey' in value &&
  value.privateKey instanceof CryptoKey &&
  value.publicKey instanceof CryptoKey
