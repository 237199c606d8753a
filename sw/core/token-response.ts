import { isObject } from '../protocol/guards.ts'

/** Where a server's answers and requests keep what RFC 6749 calls by other names; dotted paths where they nest. */
export interface TokenFields {
  accessToken: string
  refreshToken: string
  expiresIn: string
  tokenType: string
  scope: string
  subject?: string
  /** The member of a request to `refresh` that carries the refresh token. */
  request: string
}

export const RFC_FIELDS: TokenFields = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  expiresIn: 'expires_in',
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
  scope?: string
  subject?: string
}

/**
 * Reads a token response. `null` counts as absent, as many servers write it so, and a number may be a string of digits.
 * @returns also the path of the first member that has a wrong type
 */
export function readTokenResponse(
  json: unknown,
  fields: TokenFields,
): { response: TokenResponse; wrongMember?: string } {
  let wrongMember: string | undefined
  const read = (path: string | undefined, ...types: string[]): string | number | undefined => {
    const value = path === undefined ? undefined : memberAt(json, path)
    if (value === undefined || value === null || value === '') return undefined
    if ((typeof value === 'string' || typeof value === 'number') && types.includes(typeof value)) return value
    wrongMember ??= path
    return undefined
  }
  const string = (path: string | undefined): string | undefined => read(path, 'string')?.toString()

  const accessToken = string(fields.accessToken)
  const refreshToken = string(fields.refreshToken)
  const lifetime = read(fields.expiresIn, 'number', 'string')
  const expiresIn = lifetime === undefined ? undefined : Number(lifetime)
  if (Number.isNaN(expiresIn)) wrongMember ??= fields.expiresIn
  string(fields.tokenType)
  const scope = string(fields.scope)
  const subject = read(fields.subject, 'string', 'number')?.toString()
  return {
    response: {
      accessToken,
      refreshToken,
      expiresIn: Number.isFinite(expiresIn) ? expiresIn : undefined,
      scope,
      subject,
    },
    wrongMember,
  }
}

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
