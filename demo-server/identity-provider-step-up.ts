// How strongly a user has logged in, and how an app asks for more (RFC 9470).
import { interactionPolicy } from 'oidc-provider'
import type { Context } from 'oidc-provider'

const PASSWORD = 'urn:demo:password'
export const MFA = 'urn:demo:mfa'
export const ACR_VALUES: readonly string[] = [PASSWORD, MFA]

const asksForMfa = (params: Record<string, unknown> = {}): boolean =>
  String(params['acr_values']).split(' ').includes(MFA)

/** @param params of the authorization request */
export const acrFor = (params: Record<string, unknown>): string => (asksForMfa(params) ? MFA : PASSWORD)

/** Whoever has logged in by password alone does so again where the app asks for more (RFC 9470 §5). */
export function policyWithStepUp(): unknown {
  const policy = interactionPolicy.base()
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'acr_values',
        'A second factor is required',
        ({ oidc }) => asksForMfa(oidc.params) && oidc.session?.acr !== MFA && !oidc.result?.login,
      ),
    )
  return policy
}

/** What the API needs to know for a step-up (RFC 9470 §6.2, RFC 9068 §2.2.1). */
export function howLoggedIn({ oidc }: Context): Record<string, unknown> {
  const { acr, authTime } = oidc.entities['AuthorizationCode'] ?? oidc.entities['RefreshToken'] ?? {}
  return { acr, auth_time: authTime }
}
