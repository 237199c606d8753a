import * as oauth from 'oauth4webapi'
import { lifetimeOf, schedule } from '../core/freshness.ts'
import type { RefreshFailure, TokenSet } from '../core/session.ts'
import { isSetupError } from '../core/token-error.ts'
import { isSendable, memberAt } from '../core/token-response.ts'
import { jwtClaims } from './jwt.ts'
import type { Clock, Fetch, RefreshResult } from './ports.ts'
import { dateOf, retryAfter } from './retry-after.ts'

export interface AuthorizationServerOptions {
  issuer: URL
  clientId: string
  /** Claims of the id_token that pages may see. */
  claims: readonly string[]
  /** The resource indicator of the session's own access token, where one must be named (RFC 8707 §2.2). */
  resource: string | undefined
  /** Of one request, ms. */
  timeout: number
  clock: Clock
  fetch: Fetch
  /** Sends a request to the token endpoint: with a DPoP proof, where tokens are bound to a key (RFC 9449 §5). */
  fetchToken: (request: Request) => Promise<Response>
}

/** An answer of the token endpoint that brings no tokens. */
class TokenRequestError extends Error {
  readonly status: number
  readonly error: string | undefined
  /** ms */
  readonly retryAfter: number

  constructor(status: number, error: string | undefined, retryAfter: number) {
    super(`The authorization server answered ${status}${error === undefined ? '' : ` '${error}'`}`)
    this.status = status
    this.error = error
    this.retryAfter = retryAfter
  }
}

/** An OAuth 2.0 authorization server or OpenID provider. */
export interface AuthorizationServer {
  /** RFC 8414, OpenID Connect Discovery 1.0; asked once per worker. */
  metadata(): Promise<oauth.AuthorizationServer>
  /** Checks `state` and `iss` (RFC 9207) of a callback and exchanges its code (RFC 6749 §4.1.3, RFC 7636). */
  exchange(callback: URL, expected: ExpectedCallback): Promise<TokenSet>
  /** @param resource the API that the access token is for; none for the session's own */
  refresh(tokens: TokenSet, resource?: string): Promise<RefreshResult>
  /** RFC 7009; undefined where the server has no such endpoint. */
  revoke(tokens: TokenSet): Promise<Response | undefined>
}

export interface ExpectedCallback {
  state: string
  nonce: string | undefined
  maxAge: number | undefined
  codeVerifier: string
  redirectUri: string
}

export function authorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const { issuer, claims, clock } = options
  const client: oauth.Client = { client_id: options.clientId }
  // Plain http only for a server on this machine, as browsers allow it for service workers.
  const isLocal = issuer.protocol === 'http:'
  const common = (send: (request: Request) => Promise<Response> = options.fetch) => ({
    signal: AbortSignal.timeout(options.timeout),
    [oauth.allowInsecureRequests]: isLocal,
    [oauth.customFetch]: (url: string, init: RequestInit) => send(new Request(url, init)),
  })
  let known: Promise<oauth.AuthorizationServer> | undefined

  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const ask = (algorithm: 'oidc' | 'oauth2'): Promise<Response> =>
      oauth.discoveryRequest(issuer, { ...common(), algorithm })
    // A plain OAuth 2.0 server has nothing at the first address, and says so without CORS.
    const first = await ask('oidc').catch((cause: unknown) => {
      if (cause instanceof TypeError) return undefined
      throw cause
    })
    const response = first?.ok
      ? first
      : await ask('oauth2').catch((cause: unknown) => {
          if (first) return first
          throw cause
        })
    if (response.ok) return oauth.processDiscoveryResponse(issuer, response)
    throw new TokenRequestError(response.status, undefined, retryAfter(response, clock.now()))
  }
  const metadata = (): Promise<oauth.AuthorizationServer> => {
    known ??= discover().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
  const tokenRequest = (resource: string | undefined) => ({
    ...common(options.fetchToken),
    // Where it is not given, the server chooses.
    ...(resource !== undefined && { additionalParameters: { resource } }),
  })

  /** @throws TokenRequestError */
  const succeeded = async (response: Response): Promise<Response> => {
    if (!response.ok)
      throw new TokenRequestError(response.status, await errorOf(response), retryAfter(response, clock.now()))
    // What the id_token says of time is by the server's clock, and so is this.
    const serverTime = dateOf(response)
    if (serverTime !== undefined) client[oauth.clockSkew] = Math.round((serverTime - clock.now()) / 1000)
    return response
  }

  const tokensFrom = (result: oauth.TokenEndpointResponse): TokenSet => {
    if (!isSendable(result.access_token))
      throw new oauth.OperationProcessingError(
        '"response" body "access_token" is not one that a header can carry',
      )
    const idClaims = oauth.getValidatedIdTokenClaims(result)
    const accessClaims = jwtClaims(result.access_token)
    const subject = idClaims?.sub ?? (typeof accessClaims?.sub === 'string' ? accessClaims.sub : undefined)
    const lifetime = lifetimeOf(result.expires_in, 's', accessClaims, undefined)
    return {
      accessToken: result.access_token,
      refreshToken: result.refresh_token,
      tokenType: result.token_type,
      scope: result.scope,
      subject,
      claims:
        idClaims && Object.fromEntries(Object.entries(idClaims).filter(([name]) => claims.includes(name))),
      idToken: result.id_token,
      ...schedule(clock.now(), lifetime, clock.random()),
    }
  }

  return {
    metadata,

    async exchange(callback, { state, nonce, maxAge, codeVerifier, redirectUri }) {
      const server = await metadata()
      const parameters = oauth.validateAuthResponse(server, client, callback, state)
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        parameters,
        redirectUri,
        codeVerifier,
        tokenRequest(options.resource),
      )
      return tokensFrom(
        await oauth.processAuthorizationCodeResponse(server, client, await succeeded(response), {
          expectedNonce: nonce,
          maxAge,
          requireIdToken: nonce !== undefined,
        }),
      )
    },

    async refresh(tokens, resource) {
      try {
        const server = await metadata()
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          oauth.None(),
          tokens.refreshToken ?? '',
          tokenRequest(resource ?? options.resource),
        )
        const fresh = tokensFrom(
          await oauth.processRefreshTokenResponse(server, client, await succeeded(response)),
        )
        // To another API the same user may be known by another `sub`.
        return { type: 'tokens', tokens: resource === undefined ? fresh : { ...fresh, subject: undefined } }
      } catch (cause) {
        return outcomeOf(cause)
      }
    },

    async revoke({ refreshToken, accessToken }) {
      const server = await metadata()
      return server.revocation_endpoint === undefined
        ? undefined
        : oauth.revocationRequest(server, client, oauth.None(), refreshToken ?? accessToken, common())
    },
  }
}

/** The `error` of an answer of the token endpoint (RFC 6749 §5.2). */
export async function errorOf(response: Response): Promise<string | undefined> {
  try {
    const json: unknown = await response.clone().json()
    const error = memberAt(json, 'error')
    return typeof error === 'string' ? error : undefined
  } catch {
    return undefined
  }
}

/** RFC 6749 §5.2: `invalid_grant` alone says that the session is over. */
function outcomeOf(cause: unknown): RefreshResult {
  if (cause instanceof TokenRequestError) {
    const { status, error, message } = cause
    if (error === 'invalid_grant') return { type: 'rejected' }
    const isSetup = isSetupError(error)
    const kind = isSetup ? 'misconfigured' : 'http'
    const code = isSetup ? 'refresh-misconfigured' : 'refresh-unavailable'
    return failed(
      { kind, code, message: `${message}. The session is kept.`, status, error },
      cause.retryAfter,
    )
  }
  if (cause instanceof oauth.OperationProcessingError || cause instanceof oauth.UnsupportedOperationError)
    return failed({
      kind: 'http',
      code: 'invalid-token-response',
      message: `${cause.message}. The session is kept.`,
    })
  const detail = cause instanceof Error ? cause.message : String(cause)
  return failed({
    kind: 'network',
    code: 'refresh-unreachable',
    message: `The token endpoint cannot be reached (${detail}). The session is kept.`,
  })
}

const failed = (failure: RefreshFailure, wait = 0): RefreshResult => ({
  type: 'failed',
  failure,
  retryAfter: wait,
})
