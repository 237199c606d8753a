// The APIs that the provider's access tokens are for, by resource indicator (RFC 8707).
import { errors } from 'oidc-provider'
import type { Context } from 'oidc-provider'

/** The resource indicator of the API on another origin. */
export const FILES = 'urn:demo:files'

/**
 * @param orders the API that tokens are for where nobody says which
 * @returns scopes by resource indicator
 */
export const scopesOf = (orders: string): ReadonlyMap<string, string> =>
  new Map([
    [orders, 'api'],
    [FILES, 'files'],
  ])

/** The provider's settings: each API takes JWTs made out to it, and no others. */
export const resourceIndicators = (orders: string, settings: { accessTokenTtl: number }): object => ({
  enabled: true,
  defaultResource: () => orders,
  useGrantedResource: () => true,
  getResourceServerInfo(_: Context, indicator: string) {
    const scope = scopesOf(orders).get(indicator)
    if (scope === undefined) throw new errors.InvalidTarget(`There is no API '${indicator}'`)
    return {
      scope,
      audience: indicator,
      accessTokenFormat: 'jwt',
      accessTokenTTL: settings.accessTokenTtl,
      jwt: { sign: { alg: 'ES256' } },
    }
  },
})
