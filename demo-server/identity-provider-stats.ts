// What the identity provider saw. The tests assert on this, since a page could tell anything.
import type { Context, Provider } from 'oidc-provider'

export interface ProviderStats {
  /** Requests to the token endpoint, whatever became of them. */
  tokenRequests: number
  maxConcurrentTokenRequests: number
  /** Grants that brought tokens. */
  logins: number
  refreshes: number
  /** Of these, how many for each API that the app has named (RFC 8707). */
  minted: Record<string, number>
  /** Of these, the ones whose tokens are bound to a key. */
  bound: number
  /** Why others brought none. */
  errors: string[]
  /** Spent refresh tokens that came back. */
  reuse: number
  /** Refresh tokens given back (RFC 7009). */
  revocations: number
  /** RP-initiated logouts that the user has confirmed. */
  logouts: number
}

export const noProviderStats = (): ProviderStats => ({
  tokenRequests: 0,
  maxConcurrentTokenRequests: 0,
  logins: 0,
  refreshes: 0,
  minted: {},
  bound: 0,
  errors: [],
  reuse: 0,
  revocations: 0,
  logouts: 0,
})

export function countEvents(provider: Provider, stats: ProviderStats): void {
  provider.on('grant.success', ({ oidc }: Context) => {
    if (oidc.params?.['grant_type'] === 'refresh_token') stats.refreshes += 1
    else stats.logins += 1
    const resource = oidc.params?.['resource']
    if (typeof resource === 'string') stats.minted[resource] = (stats.minted[resource] ?? 0) + 1
    if (oidc.entities['AccessToken']?.jkt !== undefined) stats.bound += 1
  })
  provider.on('grant.error', (_: Context, error: Error & { error_detail?: string }) => {
    stats.errors.push(error.message)
    if (error.error_detail === 'refresh token already used') stats.reuse += 1
  })
  provider.on('end_session.success', () => {
    stats.logouts += 1
  })
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.oidc?.route === 'revocation' && ctx.oidc.entities['RefreshToken']) stats.revocations += 1
  })
}
