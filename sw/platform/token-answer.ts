import { lifetimeOf, schedule } from '../core/freshness.ts'
import { hasPlaceholder, masked, placeholderFor } from '../core/placeholder.ts'
import type { Basis, TokenSet } from '../core/session.ts'
import { memberAt, readTokenResponse, withNumberAt, type TokenFields } from '../core/token-response.ts'
import { jwtClaims } from './jwt.ts'
import type { Clock } from './ports.ts'
import { dateOf } from './retry-after.ts'

/** How a server writes its token responses. */
export interface AnswerFormat {
  fields: TokenFields
  expiresInUnit: 's' | 'ms'
}

export interface TokenAnswerRead {
  /** Present where the answer is a success with an access token of the right type. */
  tokens?: TokenSet
  /** The `error` member (RFC 6749 §5.2). */
  error?: string
  wrongMember?: string
}

/** Reads the answer of a login or refresh endpoint; consumes its body. */
export async function readTokenAnswer(
  response: Response,
  format: AnswerFormat,
  clock: Clock,
): Promise<TokenAnswerRead> {
  const body = await response.text()
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return {}
  }
  const error = memberAt(json, 'error')
  const { response: members, wrongMember } = readTokenResponse(json, format.fields)
  const { accessToken, refreshToken, expiresIn, scope } = members
  const read = { error: typeof error === 'string' ? error : undefined, wrongMember }
  // An answer with placeholders comes from another broker; they are no tokens.
  if (!response.ok || accessToken === undefined || hasPlaceholder(accessToken)) return read

  const claims = jwtClaims(accessToken)
  const idToken = memberAt(json, 'id_token')
  const subject =
    members.subject ?? subjectOf(typeof idToken === 'string' ? jwtClaims(idToken) : undefined, claims)
  const lifetime = lifetimeOf(expiresIn, format.expiresInUnit, claims, dateOf(response))
  return {
    ...read,
    tokens: {
      accessToken,
      refreshToken,
      scope,
      subject,
      ...schedule(clock.now(), lifetime, clock.random()),
      answer: { status: response.status, body },
    },
  }
}

const subjectOf = (...claims: (Record<string, unknown> | undefined)[]): string | undefined => {
  for (const { sub } of claims.filter((claim) => claim !== undefined)) if (typeof sub === 'string') return sub
  return undefined
}

/** The masks for all that a page must not see of `tokens`. */
export function masksOf(tokens: TokenSet, basis: Basis): Map<string, string> {
  const { accessToken, refreshToken } = tokens
  const isJwt = (token: string): boolean => jwtClaims(token) !== undefined
  const masks = new Map([[accessToken, placeholderFor(accessToken, 'access', basis, isJwt(accessToken))]])
  if (refreshToken !== undefined && refreshToken !== accessToken)
    masks.set(refreshToken, placeholderFor(refreshToken, 'refresh', basis, isJwt(refreshToken)))
  return masks
}

/** The server's own answer for a page: the same status, headers and body, with a placeholder for each token. */
export function maskedResponse(
  response: Response,
  body: string,
  masks: ReadonlyMap<string, string>,
): Response {
  const headers = new Headers(response.headers)
  // They describe the bytes as they were sent.
  headers.delete('Content-Length')
  headers.delete('Content-Encoding')
  for (const [name, value] of response.headers) {
    let hidden = value
    for (const [token, placeholder] of masks) hidden = hidden.replaceAll(token, placeholder)
    if (hidden !== value) headers.set(name, hidden)
  }
  return new Response(masked(body, masks), {
    status: response.status,
    statusText: response.statusText,
    headers,
  })
}

/**
 * The server's last token answer once more, for a page that asks for a refresh which has already happened: with
 * placeholders, and with the lifetime that is left.
 */
export function rememberedResponse(
  tokens: TokenSet,
  basis: Basis,
  format: AnswerFormat,
  now: number,
): Response {
  const { status, body } = tokens.answer ?? { status: 200, body: '{}' }
  return new Response(masked(withTimeLeft(body, tokens, format, now), masksOf(tokens, basis)), {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  })
}

function withTimeLeft(
  body: string,
  tokens: TokenSet,
  { fields, expiresInUnit }: AnswerFormat,
  now: number,
): string {
  if (tokens.expiresAt === undefined || now - tokens.receivedAt < 1000) return body
  const json: unknown = JSON.parse(body)
  if (memberAt(json, fields.expiresIn) === undefined) return body
  const left = Math.max(0, tokens.expiresAt - now)
  return JSON.stringify(
    withNumberAt(json, fields.expiresIn, expiresInUnit === 'ms' ? left : Math.floor(left / 1000)),
  )
}
