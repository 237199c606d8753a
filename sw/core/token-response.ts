import { isObject } from '../protocol/guards.ts'

/**
 * Where an answer keeps a value: a member of its JSON, as a dotted path where they nest; `'$body'` where the answer is
 * nothing but the value; or a response header.
 */
export type AnswerField = string | { header: string }

export const WHOLE_BODY = '$body'

/** Where a server's answers and requests keep what RFC 6749 calls by other names. */
export interface TokenFields {
  accessToken: AnswerField
  refreshToken: AnswerField
  expiresIn: AnswerField
  expiresAt: AnswerField
  tokenType: AnswerField
  scope: AnswerField
  /** Also a claim of a JWT access token; where it is not given, `sub` is. */
  subject?: AnswerField | { claim: string }
  /** The member of a request to `refresh` that carries the refresh token; a dotted path. */
  request: string
}

export const RFC_FIELDS: TokenFields = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  expiresIn: 'expires_in',
  expiresAt: 'expires_at',
  tokenType: 'token_type',
  scope: 'scope',
  request: 'refresh_token',
}

/** The members of a token response (RFC 6749 §5.1) that are of use. */
export interface TokenResponse {
  accessToken?: string
  refreshToken?: string
  /** In the server's own unit. */
  expiresIn?: number
  /** As the server writes it. */
  expiresAt?: string | number
  scope?: string
  subject?: string
}

/** An answer in the form in which its fields can be found. */
export interface ReadableAnswer {
  /** The value of a JSON body; the text of one that is nothing but a token. */
  json: unknown
  header: (name: string) => string | null
}

/**
 * Reads a token response. `null` counts as absent, as many servers write it so, and a number may be a string of digits.
 * @returns also the name of the first member that has a wrong type
 */
export function readTokenResponse(
  answer: ReadableAnswer,
  fields: TokenFields,
): { response: TokenResponse; wrongMember?: string } {
  let wrongMember: string | undefined
  const read = (field: TokenFields['subject'], ...types: string[]): string | number | undefined => {
    const value = field === undefined ? undefined : valueAt(answer, field)
    if (value === undefined || value === null || value === '') return undefined
    if ((typeof value === 'string' || typeof value === 'number') && types.includes(typeof value)) return value
    wrongMember ??= nameOf(field)
    return undefined
  }
  const string = (field: AnswerField | undefined): string | undefined => read(field, 'string')?.toString()
  const token = (field: AnswerField): string | undefined => withoutScheme(string(field) ?? '') || undefined

  const received = token(fields.accessToken)
  const accessToken = received !== undefined && isSendable(received) ? received : undefined
  if (accessToken !== received) wrongMember ??= nameOf(fields.accessToken)
  const refreshToken = token(fields.refreshToken)
  const lifetime = read(fields.expiresIn, 'number', 'string')
  const expiresIn = lifetime === undefined ? undefined : Number(lifetime)
  if (Number.isNaN(expiresIn)) wrongMember ??= nameOf(fields.expiresIn)
  const expiresAt = valueAt(answer, fields.expiresAt)
  string(fields.tokenType)
  const scope = string(fields.scope)
  const subject = read(fields.subject, 'string', 'number')?.toString()
  return {
    response: {
      accessToken,
      refreshToken,
      expiresIn: Number.isFinite(expiresIn) ? expiresIn : undefined,
      // One that makes no sense is as good as none: a 401 tells.
      expiresAt: typeof expiresAt === 'string' || typeof expiresAt === 'number' ? expiresAt : undefined,
      scope,
      subject,
    },
    wrongMember,
  }
}

/** Some servers write a token as it goes into `Authorization`. */
export const withoutScheme = (token: string): string => token.trim().replace(/^[\w-]+ +/, '')

const valueAt = (
  { json, header }: ReadableAnswer,
  field: Exclude<TokenFields['subject'], undefined>,
): unknown => {
  if (typeof field === 'object') return 'header' in field ? header(field.header) : undefined
  return field === WHOLE_BODY ? json : memberAt(json, field)
}

const nameOf = (field: TokenFields['subject']): string | undefined =>
  typeof field === 'object' ? Object.values(field)[0] : field

/** Whether a token is one that a header can carry, without becoming a header more (RFC 6749 §A.12). */
export const isSendable = (token: string): boolean => /^[\x20-\x7e]+$/.test(token)

/** The value at a dotted path; only own members count. */
export function memberAt(json: unknown, path: string): unknown {
  let value = json
  for (const key of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** A copy of `json` with the number at a dotted path replaced, where there is one. */
export function withNumberAt(json: unknown, path: string, number: number): unknown {
  const [key = '', ...rest] = path.split('.')
  if (!isObject(json) || Array.isArray(json) || !Object.hasOwn(json, key)) return json
  return { ...json, [key]: rest.length > 0 ? withNumberAt(json[key], rest.join('.'), number) : number }
}

/** The object that carries `value` at a dotted path. */
export function objectWith(path: string, value: unknown): Record<string, unknown> {
  const [key = '', ...rest] = path.split('.')
  return { [key]: rest.length > 0 ? objectWith(rest.join('.'), value) : value }
}
