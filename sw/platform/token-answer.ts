import { lifetimeOf, schedule } from '../core/freshness.ts'
import { hasPlaceholder, masked, maskedText, placeholderFor } from '../core/placeholder.ts'
import type { Basis, TokenAnswer, TokenSet } from '../core/session.ts'
import { memberAt, readTokenResponse, withNumberAt, type TokenFields } from '../core/token-response.ts'
import { jwtClaims } from './jwt.ts'
import type { Clock } from './ports.ts'
import { dateOf } from './retry-after.ts'

/** How a server writes its token responses. */
export interface AnswerFormat {
  fields: TokenFields
  expiresInUnit: 's' | 'ms'
  /**
   * What the server may mean by the member that says when the token expires, ms since the epoch; absent where there is
   * none. A function, so that whoever needs none does not have it in the bundle.
   */
  expiresAt?: (value: string | number) => number[]
  /** Whether pages keep the access token. */
  reveal?: boolean
}

/** How a login is answered, and how a refresh. */
export interface AnswerFormats {
  login: AnswerFormat
  refresh: AnswerFormat
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
  const { json, isText } = parsed(body)
  const error = memberAt(json, 'error')
  const header = (name: string): string | null => response.headers.get(name)
  const { response: members, wrongMember } = readTokenResponse({ json, header }, format.fields)
  const { accessToken, refreshToken, expiresIn, expiresAt, scope } = members
  const read = { error: typeof error === 'string' ? error : undefined, wrongMember }
  // An answer with placeholders comes from another broker; they are no tokens.
  if (!response.ok || accessToken === undefined || hasPlaceholder(accessToken)) return read

  const claims = jwtClaims(accessToken)
  const idToken = memberAt(json, 'id_token')
  const idClaims = typeof idToken === 'string' ? jwtClaims(idToken) : undefined
  const subject = members.subject ?? subjectIn(idClaims) ?? subjectIn(claims, format.fields)
  const times = expiresAt === undefined ? [] : format.expiresAt?.(expiresAt)
  const lifetime = lifetimeOf(expiresIn, format.expiresInUnit, claims, dateOf(response), times)
  return {
    ...read,
    tokens: {
      accessToken,
      refreshToken,
      scope,
      subject,
      ...schedule(clock.now(), lifetime, clock.random()),
      ...expOf(claims),
      answer: { status: response.status, body, ...headersOf(response, format, isText) },
    },
  }
}

/** A body that is no JSON says something where it is all of one word, as a token is. */
function parsed(body: string): { json: unknown; isText: boolean } {
  try {
    return { json: JSON.parse(body), isText: false }
  } catch {
    const word = /^\s*([!-;=?-~]+)\s*$/.exec(body)?.[1]
    return { json: word, isText: true }
  }
}

/** What a page must find again beside the body when the answer is repeated. */
function headersOf(
  { headers }: Response,
  { fields }: AnswerFormat,
  isText: boolean,
): Pick<TokenAnswer, 'headers'> {
  const names = Object.values(fields).flatMap((field) =>
    typeof field === 'object' && 'header' in field ? [field.header] : [],
  )
  const kept = [...headers].filter(
    ([header]) =>
      (isText && header === 'content-type') || names.some((name) => name.toLowerCase() === header),
  )
  return kept.length > 0 ? { headers: kept } : {}
}

/** Whose token that is (RFC 7519 §4.1.2), or what the server says by another claim, which may be a number. */
export function subjectIn(
  claims: Record<string, unknown> | undefined,
  { subject }: Pick<TokenFields, 'subject'> = {},
): string | undefined {
  const named = typeof subject === 'object' && 'claim' in subject ? claims?.[subject.claim] : undefined
  if (typeof named === 'number') return String(named)
  const value = named ?? claims?.sub
  return typeof value === 'string' ? value : undefined
}

/** For comparison with the `exp` of another token of the server. */
const expOf = (claims: Record<string, unknown> | undefined): Pick<TokenSet, 'exp'> =>
  typeof claims?.exp === 'number' ? { exp: claims.exp } : {}

/** An access token that came beside the answer of an API. */
export function renewedTokens(
  accessToken: string,
  response: Response,
  renewedFrom: number,
  clock: Clock,
  fields: TokenFields,
): TokenSet {
  const claims = jwtClaims(accessToken)
  const lifetime = lifetimeOf(undefined, 's', claims, dateOf(response))
  return {
    accessToken,
    subject: subjectIn(claims, fields),
    ...schedule(clock.now(), lifetime, clock.random()),
    ...expOf(claims),
    renewedFrom,
  }
}

/** The masks for all that a page must not see of `tokens`. */
export function masksOf(
  tokens: TokenSet,
  basis: Basis,
  { reveal }: Pick<AnswerFormat, 'reveal'> = {},
): Map<string, string> {
  const { accessToken, refreshToken } = tokens
  const isJwt = (token: string): boolean => jwtClaims(token) !== undefined
  const masks = new Map<string, string>()
  if (!reveal) masks.set(accessToken, placeholderFor(accessToken, 'access', basis, isJwt(accessToken)))
  if (refreshToken !== undefined && refreshToken !== accessToken)
    masks.set(refreshToken, placeholderFor(refreshToken, 'refresh', basis, isJwt(refreshToken)))
  return masks
}

/**
 * The server's own answer for a page: the same status, headers and body, with a placeholder for each token.
 * @param body its text; undefined for one that holds none and streams on
 */
export function maskedResponse(
  response: Response,
  body: string | undefined,
  masks: ReadonlyMap<string, string>,
): Response {
  const { status, statusText } = response
  const headers = new Headers(response.headers)
  for (const [name, value] of response.headers) {
    const hidden = maskedText(value, masks)
    if (hidden !== value) headers.set(name, hidden)
  }
  if (body === undefined) return new Response(response.body, { status, statusText, headers })
  // They describe the bytes as they were sent.
  headers.delete('Content-Length')
  headers.delete('Content-Encoding')
  const hidden = parsed(body).isText ? maskedText(body, masks) : masked(body, masks)
  return new Response(NULL_BODY.includes(status) ? null : hidden, { status, statusText, headers })
}

/** No answer with such a status may be made with a body, not even an empty one (Fetch §5.5). */
const NULL_BODY = [204, 205, 304]

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
  const { status, body, headers = [] } = tokens.answer ?? { status: 200, body: '{}' }
  const response = new Response(null, {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  })
  for (const [name, value] of headers) response.headers.set(name, value)
  return maskedResponse(response, withTimeLeft(body, tokens, format, now), masksOf(tokens, basis, format))
}

function withTimeLeft(
  body: string,
  tokens: TokenSet,
  { fields, expiresInUnit }: AnswerFormat,
  now: number,
): string {
  const { expiresIn } = fields
  if (tokens.expiresAt === undefined || now - tokens.receivedAt < 1000 || typeof expiresIn === 'object')
    return body
  const { json } = parsed(body)
  if (memberAt(json, expiresIn) === undefined) return body
  const left = Math.max(0, tokens.expiresAt - now)
  return JSON.stringify(
    withNumberAt(json, expiresIn, expiresInUnit === 'ms' ? left : Math.floor(left / 1000)),
  )
}
