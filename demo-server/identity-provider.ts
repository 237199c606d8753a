// A certified OpenID provider on an origin of its own: the real counterpart of `sw-token-broker/oauth`.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import { Provider } from 'oidc-provider'
import type { Context, Payload } from 'oidc-provider'
import { ProviderFaults } from './identity-provider-faults.ts'
import type { ProviderEndpoint } from './identity-provider-faults.ts'
import { errorPage, loginPage, logoutPage, PAGE_HEADERS } from './identity-provider-pages.ts'
import { resourceIndicators, scopesOf } from './identity-provider-resources.ts'
import { countEvents, noProviderStats } from './identity-provider-stats.ts'
import type { ProviderStats } from './identity-provider-stats.ts'
import { acrFor, ACR_VALUES, howLoggedIn, policyWithStepUp } from './identity-provider-step-up.ts'
import { ProviderStore } from './identity-provider-store.ts'
import { listenOnLocalhost } from './listener.ts'

export interface IdentityProviderOptions {
  /** 0, the default, takes any port that is free. */
  port?: number
  /** Under which name of this machine it is reached; to a browser `127.0.0.1` is another site. Default `localhost`. */
  host?: 'localhost' | '127.0.0.1'
  /** Seconds; may be changed later in `settings`. */
  accessTokenTtl?: number
  /** Whether DPoP proofs need a nonce of this server (RFC 9449 §8). */
  requireNonce?: boolean
  /** Whether access tokens are bound too where a proof comes with the request, or refresh tokens alone. Default true. */
  bindAccessTokens?: boolean
}

export interface IdentityProviderSettings extends Required<Omit<IdentityProviderOptions, 'port' | 'host'>> {
  /** Whether its users have consented to the app. */
  hasConsent: boolean
  /** For attacks: changes what a browser asks of the authorization endpoint, or brings back to the app. */
  onAuthorization?: (request: URL) => void
  onCallback?: (callback: URL) => void
}

export interface IdentityProvider {
  /** Its issuer identifier: `http://localhost:<port>` */
  url: string
  /** What its access tokens are for, unless an app says something else. */
  audience: string
  settings: IdentityProviderSettings
  stats: ProviderStats
  faults: ProviderFaults
  /** The claims of an access token for `audience`. Throws where it is none, or not good any more. */
  examine(token: string, audience?: string): Promise<JWTPayload>
  /** Access tokens issued so far, for one API or for all of them, are refused from now on. */
  revokeAccessTokens(audience?: string): void
  /** Refresh tokens as well; the users' sessions here go on. */
  endRefreshTokens(): void
  /** All of these, and the users' sessions here. */
  endSessions(): void
  close(): Promise<void>
}

export const CLIENT_ID = 'demo-app'
const CALLBACKS = ['/auth/callback', '/oauth/callback', '/partner/callback']
/** Their passwords are their names, and so is the second factor. */
const USERS: Readonly<Record<string, string>> = { alice: 'Alice', bob: 'Bob' }
const ENDPOINTS: Readonly<Record<string, ProviderEndpoint>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/oauth-authorization-server': 'discovery',
  '/token': 'token',
  '/token/revocation': 'revocation',
}

/** @param app the origin of the one app that may log in here */
export async function startIdentityProvider(
  app: string,
  {
    port = 0,
    host = 'localhost',
    accessTokenTtl = 30,
    requireNonce = false,
    bindAccessTokens = true,
  }: IdentityProviderOptions,
): Promise<IdentityProvider> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'demo', alg: 'ES256', use: 'sig' }
  const listener = await listenOnLocalhost(port)
  const url = `http://${host}:${listener.port}`
  const audience = `${app}/oauth/api`
  const settings: IdentityProviderSettings = {
    accessTokenTtl,
    requireNonce,
    bindAccessTokens,
    hasConsent: true,
  }
  const store = new ProviderStore()
  const faults = new ProviderFaults()
  const stats = noProviderStats()
  /** What each access token that is not revoked is for, by `jti`. */
  const live = new Map<unknown, unknown>()

  const provider = new Provider(url, {
    adapter: store.adapter,
    jwks: { keys: [jwk] },
    cookies: { keys: [crypto.randomUUID()] },
    clients: [
      {
        client_id: CLIENT_ID,
        // A public client: nothing that runs in a browser can keep a secret.
        token_endpoint_auth_method: 'none',
        redirect_uris: CALLBACKS.map((path) => app + path),
        post_logout_redirect_uris: [`${app}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientBasedCORS: (_: Context, origin: string) => origin === app,
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'profile'],
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // One app, run by the same people: there is nothing to consent to.
    loadExistingGrant,
    findAccount: (_: Context, id: string) =>
      id in USERS && { accountId: id, claims: () => ({ sub: id, name: USERS[id] }) },
    acrValues: ACR_VALUES,
    extraTokenClaims: howLoggedIn,
    interactions: {
      policy: policyWithStepUp(),
      url: (_: Context, { uid }: { uid: string }) => `/login/${uid}`,
    },
    renderError: (
      ctx: Context,
      { error, error_description }: { error: string; error_description?: string },
    ) => show(ctx, errorPage(error, error_description)),
    ttl: {
      AccessToken: () => settings.accessTokenTtl,
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      ...Object.fromEntries(['RefreshToken', 'Session', 'Grant'].map((kind) => [kind, 86_400])),
    },
    formats: { customizers: { jwt: unbind } },
    features: {
      devInteractions: { enabled: false },
      dPoP: {
        enabled: true,
        nonceSecret: crypto.getRandomValues(Buffer.alloc(32)),
        requireNonce: () => settings.requireNonce,
      },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: Context, form: string) => show(ctx, logoutPage(form)),
      },
      resourceIndicators: resourceIndicators(audience, settings),
    },
  })
  provider.on('access_token.issued', ({ jti, aud }: Payload) => live.set(jti, aud))
  provider.on('server_error', (_: Context, error: unknown) => console.error(error))
  countEvents(provider, stats)
  provider.use(async (ctx, next) => {
    await next()
    if (!settings.bindAccessTokens) sayBearer(ctx)
    // What an app learns its clock's offset from.
    ctx.set('Access-Control-Expose-Headers', 'DPoP-Nonce, WWW-Authenticate, Date')
    const location = ctx.response.get('Location')
    if (!settings.onCallback || !CALLBACKS.some((path) => location?.startsWith(app + path))) return
    const callback = new URL(location ?? app)
    settings.onCallback(callback)
    ctx.set('Location', callback.href)
  })
  const answer = provider.callback()
  let concurrent = 0

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    const endpoint = ENDPOINTS[pathname]
    if (endpoint === 'token' && request.method === 'POST') {
      stats.tokenRequests += 1
      stats.maxConcurrentTokenRequests = Math.max(stats.maxConcurrentTokenRequests, ++concurrent)
      response.once('close', () => (concurrent -= 1))
    }
    if (await faults.meet(endpoint, request, response)) return
    if (pathname.startsWith('/login/')) return interact(request, response)
    if (pathname === '/auth' && settings.onAuthorization && searchParams.has('client_id')) {
      const altered = new URL(request.url ?? '/', url)
      settings.onAuthorization(altered)
      request.url = altered.pathname + altered.search
    }
    await answer(request, response)
  }

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, page: string): void => {
      response.writeHead(status, PAGE_HEADERS).end(page)
    }
    try {
      const { params } = await provider.interactionDetails(request, response)
      if (request.method !== 'POST') return say(200, loginPage())
      const form = new URLSearchParams(await text(request))
      const name = form.get('name') ?? ''
      if (form.has('cancel')) {
        const denied = { error: 'access_denied', error_description: 'The user has cancelled the login' }
        await provider.interactionFinished(request, response, denied)
      } else if (name in USERS && form.get('password') === name) {
        const login = { accountId: name, acr: acrFor(params) }
        await provider.interactionFinished(request, response, { login })
      } else {
        say(401, loginPage('Wrong name or password'))
      }
    } catch {
      say(400, errorPage('This login is over', 'Please begin again in the app'))
    }
  }

  async function loadExistingGrant({ oidc }: Context): Promise<unknown> {
    const { client, session } = oidc
    if (!client || session?.accountId === undefined || !settings.hasConsent) return undefined
    const known = session.grantIdFor(client.clientId)
    const kept = known === undefined ? undefined : await provider.Grant.find(known)
    if (kept) return kept
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid offline_access profile')
    for (const [resource, scope] of scopesOf(audience)) grant.addResourceScope(resource, scope)
    await grant.save()
    return grant
  }

  function unbind(_: Context, __: unknown, jwt: { payload: { cnf?: unknown } }): unknown {
    if (!settings.bindAccessTokens) delete jwt.payload.cnf
    return jwt
  }

  listener.serve((request, response) => void handle(request, response))
  return {
    url,
    audience,
    settings,
    stats,
    faults,
    async examine(token, expected = audience) {
      const { payload } = await jwtVerify(token, publicKey, {
        issuer: url,
        audience: expected,
        algorithms: ['ES256'],
      })
      if (!live.has(payload.jti)) throw new Error('The token has been revoked')
      return payload
    },
    revokeAccessTokens(which) {
      for (const [jti, aud] of live) if (which === undefined || aud === which) live.delete(jti)
    },
    endRefreshTokens() {
      live.clear()
      store.endRefreshTokens()
    },
    endSessions() {
      live.clear()
      store.endSessions()
    },
    close: () => listener.close(),
  }
}

function show(ctx: Context, page: string): void {
  for (const [name, value] of Object.entries(PAGE_HEADERS)) ctx.set(name, value)
  ctx.body = page
}

/** The token endpoint's answer where the refresh token alone is bound (RFC 9449 §5). */
function sayBearer(ctx: Context): void {
  const { body } = ctx
  if (ctx.oidc?.route === 'token' && typeof body === 'object' && body !== null && 'token_type' in body)
    body.token_type = 'Bearer'
}
