// The same API three times, as three kinds of app know it: "main" speaks OAuth's words, "classic" those of the axios
// recipe, and "cookie" keeps the refresh token out of every script's reach.
import { randomBytes } from 'node:crypto'
import type { Audience } from './access-tokens.ts'
import { inBody, inCookie } from './carriers.ts'
import type { Carrier } from './carriers.ts'
import { Grants } from './grants.ts'
import type { JsonObject } from './json.ts'

export const FLAVOUR_NAMES = ['main', 'classic', 'cookie'] as const
export type FlavourName = (typeof FLAVOUR_NAMES)[number]

export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

/** How a flavour says things on the wire. */
interface Wire {
  tokens(tokens: Tokens): JsonObject
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
  carrier: Carrier
  grants: Grants
}

export type Flavours = Record<FlavourName, Flavour>

/** @param reuseWindow in milliseconds */
export function createFlavours(issuer: string, reuseWindow: number): Flavours {
  const create = (name: FlavourName, prefix: string, wire: Wire, carrier: Carrier): Flavour => ({
    name,
    prefix,
    audience: { issuer, audience: `${issuer}${prefix}/api` },
    wire,
    carrier,
    grants: new Grants({ random: () => randomBytes(24).toString('base64url'), reuseWindow }),
  })
  return {
    main: create('main', '', MAIN_WIRE, inBody('refresh_token')),
    classic: create('classic', '/classic', CLASSIC_WIRE, inBody('token', 'refresh_token')),
    cookie: create('cookie', '/cookie', COOKIE_WIRE, inCookie('/cookie/auth')),
  }
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
  refusal: (reason) => ({ status: 400, body: { error: reason } }),
}

const CLASSIC_WIRE: Wire = {
  tokens: ({ accessToken, refreshToken }) => ({ token: accessToken, refreshToken }),
  refusal: () => ({ status: 401, body: { message: 'The session is over, please log in again' } }),
}

const COOKIE_WIRE: Wire = {
  tokens: ({ accessToken, expiresIn }) => ({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
  }),
  // A browser that has no cookie any more has no session either.
  refusal: () => ({ status: 401, body: { error: 'invalid_grant' } }),
}
