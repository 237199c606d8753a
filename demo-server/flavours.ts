// The same API twice, as two kinds of app know it: "main" speaks OAuth's words, "classic" those of the axios recipe.
import { randomBytes } from 'node:crypto'
import type { Audience } from './access-tokens.ts'
import { Grants } from './grants.ts'
import { stringIn } from './json.ts'
import type { JsonObject } from './json.ts'

export type FlavourName = 'main' | 'classic'
export const FLAVOUR_NAMES: readonly FlavourName[] = ['main', 'classic']

export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

/** How a flavour says things on the wire. */
interface Wire {
  tokens(tokens: Tokens): JsonObject
  refreshTokenIn(body: JsonObject): string | undefined
  /** The answer to a refresh that fails, and why it does. */
  refusal(reason: 'invalid_grant' | 'invalid_request'): { status: 400 | 401; body: JsonObject }
}

export interface Flavour {
  name: FlavourName
  /** What the paths of its endpoints begin with. */
  prefix: string
  /** What its access tokens are for; those of the other flavour are refused. */
  audience: Audience
  wire: Wire
  grants: Grants
}

export type Flavours = Record<FlavourName, Flavour>

/** @param reuseWindow in milliseconds */
export function createFlavours(issuer: string, reuseWindow: number): Flavours {
  const create = (name: FlavourName, prefix: string, wire: Wire): Flavour => ({
    name,
    prefix,
    audience: { issuer, audience: `${issuer}${prefix}/api` },
    wire,
    grants: new Grants({ random: () => randomBytes(24).toString('base64url'), reuseWindow }),
  })
  return { main: create('main', '', MAIN_WIRE), classic: create('classic', '/classic', CLASSIC_WIRE) }
}

/** @see RFC 6749 §5.1, §5.2 */
const MAIN_WIRE: Wire = {
  tokens: ({ accessToken, refreshToken, expiresIn }) => ({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: refreshToken,
    scope: 'api',
  }),
  refreshTokenIn: (body) => stringIn(body, 'refresh_token'),
  refusal: (reason) => ({ status: 400, body: { error: reason } }),
}

const CLASSIC_WIRE: Wire = {
  tokens: ({ accessToken, refreshToken }) => ({ token: accessToken, refreshToken }),
  refreshTokenIn: (body) => stringIn(body, 'token') ?? stringIn(body, 'refresh_token'),
  refusal: () => ({ status: 401, body: { message: 'The session is over, please log in again' } }),
}
