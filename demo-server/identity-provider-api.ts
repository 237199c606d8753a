// The API behind the identity provider's tokens, plain (RFC 6750) and bound to a key (RFC 9449).
import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import type { JWTPayload } from 'jose'
import type { Context, MiddlewareHandler } from 'hono'

import type { IdentityProvider } from './identity-provider.ts'
import { ProofError, Proofs } from './identity-provider-proof.ts'
import { MFA } from './identity-provider-step-up.ts'
import { createPng } from './media.ts'
import { noStore } from './middleware.ts'
import type { DemoEnv } from './state.ts'

/** A call as the API saw it. */
export interface OAuthCall {
  method: string
  path: string
  scheme: string
  status: number
  /** The `jti` of its proof; undefined where it brought none. */
  proof?: string
}

export interface OAuthApi {
  /** The nonce that proofs must hold from now on. */
  nonce?: string
  /** How far its clock is ahead, ms. */
  clockOffset: number
  calls: OAuthCall[]
  routes: Hono<DemoEnv>
}

const FILE_NAMES = ['tea-menu.pdf', 'invoice-4.pdf']
const ORDERS = [{ id: 4, item: 'Tea, first flush', quantity: 1, total: '19.00' }]
/** How long ago a step-up may be, s. */
const FRESH = 60
const png = createPng()

/** @param audience what its tokens must be made out to; without it, the provider's usual */
export function oauthApi(provider: IdentityProvider, audience?: string): OAuthApi {
  const proofs = new Proofs()
  const api: OAuthApi = { clockOffset: 0, calls: [], routes: new Hono<DemoEnv>() }
  const tokens = new WeakMap<Request, JWTPayload>()

  const remember: MiddlewareHandler<DemoEnv> = async (c, next) => {
    const [scheme = ''] = (c.req.header('Authorization') ?? '').split(' ')
    const { pathname, search } = new URL(c.req.url)
    const call: OAuthCall = { method: c.req.method, path: pathname + search, scheme, status: 0 }
    const jti = jtiOf(c.req.header('DPoP'))
    if (jti !== undefined) call.proof = jti
    api.calls.push(call)
    await next()
    call.status = c.res.status
    if (api.nonce !== undefined) c.header('DPoP-Nonce', api.nonce)
    if (api.clockOffset !== 0) c.header('Date', new Date(Date.now() + api.clockOffset).toUTCString())
  }

  const checkToken: MiddlewareHandler<DemoEnv> = async (c, next) => {
    const [scheme = '', token] = (c.req.header('Authorization') ?? '').split(' ')
    if (token === undefined) return refuse(c, 'Bearer')
    try {
      const claims = await claimsOf(c, scheme, token)
      tokens.set(c.req.raw, claims)
      Object.assign(c.get('seen'), { token: 'valid', user: claims.sub })
    } catch (error) {
      const known = error instanceof ProofError ? error.code : 'invalid_token'
      return refuse(c, scheme, known, error instanceof Error ? error.message : '')
    }
    return next()
  }

  async function claimsOf(c: Context<DemoEnv>, scheme: string, accessToken: string): Promise<JWTPayload> {
    const claims = await provider.examine(accessToken, audience)
    const { cnf } = claims
    const jkt =
      typeof cnf === 'object' && cnf !== null && 'jkt' in cnf && typeof cnf.jkt === 'string' ? cnf.jkt : ''
    // A bound token without a proof is a stolen one (RFC 9449 §7.2).
    if ((jkt === '') !== (scheme.toLowerCase() === 'bearer'))
      throw new ProofError('invalid_token', 'The scheme is not that of the token')
    if (jkt === '') return claims
    await proofs.check(c.req.header('DPoP'), {
      method: c.req.method,
      url: c.req.url,
      accessToken,
      jkt,
      now: Date.now() + api.clockOffset,
      ...(api.nonce !== undefined && { nonce: api.nonce }),
    })
    return claims
  }

  /** Wants a second factor, given within the last minute (RFC 9470 §3). */
  const checkStepUp: MiddlewareHandler<DemoEnv> = async (c, next) => {
    const { acr, auth_time: authTime } = tokens.get(c.req.raw) ?? {}
    const age = typeof authTime === 'number' ? (Date.now() + api.clockOffset) / 1000 - authTime : Infinity
    if (acr === MFA && age <= FRESH) return next()
    const [scheme = 'Bearer'] = (c.req.header('Authorization') ?? '').split(' ')
    c.header(
      'WWW-Authenticate',
      `${scheme} error="insufficient_user_authentication", acr_values="${MFA}", max_age="${FRESH}"`,
    )
    return c.json({ error: 'insufficient_user_authentication' }, 401)
  }

  async function echo(c: Context<DemoEnv>): Promise<Response> {
    const body = Buffer.from(await c.req.arrayBuffer())
    return c.json({
      user: tokens.get(c.req.raw)?.sub ?? null,
      scheme: c.req.header('Authorization')?.split(' ')[0] ?? null,
      method: c.req.method,
      bytes: body.length,
      sha256: createHash('sha256').update(body).digest('hex'),
    })
  }

  api.routes
    .use(noStore, remember)
    .get('/public', (c) => c.json({ message: 'Everybody may read this' }))
    .use(checkToken)
    .all('/echo', echo)
    .get('/orders', (c) => c.json(ORDERS))
    .get('/files', (c) => c.json(FILE_NAMES))
    .get('/redirect', (c) => c.redirect(c.req.query('to') ?? '/'))
    .get('/image.png', (c) => c.body(png, 200, { 'Content-Type': 'image/png' }))
    .get('/always-401', (c) => refuse(c, 'Bearer', 'invalid_token', 'No token is good enough here'))
    .all('/step-up', checkStepUp, echo)
    .all('*', (c) => c.json({ error: 'not_found' }, 404))
  return api
}

function refuse(c: Context, scheme: string, error?: string, description = ''): Response {
  const name = scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
  c.header(
    'WWW-Authenticate',
    error === undefined
      ? 'Bearer, DPoP algs="ES256"'
      : `${name} error="${error}", error_description="${description.replaceAll('"', "'")}"`,
  )
  return c.json({ error: error ?? 'unauthorized', message: description }, 401)
}

function jtiOf(proof: string | undefined): string | undefined {
  if (proof === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'jti' in claims ? String(claims.jti) : undefined
  } catch {
    return undefined
  }
}
