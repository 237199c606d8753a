import { isObject } from '../protocol/guards.ts'

const object = (part: string | undefined): Record<string, unknown> | undefined => {
  if (part === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** The claims of a JWT in compact serialization (RFC 7519 §3), unverified; undefined for any other token. */
export function jwtClaims(token: string | undefined): Record<string, unknown> | undefined {
  const [header, payload, signature, ...more] = token?.split('.') ?? []
  if (signature === undefined || more.length > 0 || object(header) === undefined) return undefined
  return object(payload)
}
