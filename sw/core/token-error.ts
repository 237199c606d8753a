import type { RefreshFailure } from './session.ts'

/** What an answer of the token endpoint that brings no tokens means (RFC 6749 §5.2). */
export type TokenError = { type: 'rejected' } | { type: 'failed'; failure: RefreshFailure }

const TRANSIENT = [408, 425, 429]
/** RFC 6749 §5.2, RFC 8707 §2: none of them says that the session is over, whatever the status. */
const SETUP_ERRORS: readonly string[] = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_request',
  'invalid_target',
]

/** Whether the server blames how the client is set up. */
export const isSetupError = (error: string | undefined): boolean =>
  error !== undefined && SETUP_ERRORS.includes(error)

/**
 * @param status HTTP status
 * @param error the `error` member of a JSON answer
 * @param wrongMember the member of a token response that had a wrong type
 */
export function classifyTokenError(status: number, error?: string, wrongMember?: string): TokenError {
  const blamesSetup = isSetupError(error)
  if (!blamesSetup && (status === 401 || status === 403 || (status === 400 && error === 'invalid_grant')))
    return { type: 'rejected' }
  const details = { status, error, member: wrongMember }
  if (status < 300) {
    return failed({
      kind: 'http',
      code: 'invalid-token-response',
      message: `The refresh endpoint answered ${status} with ${faultOf(wrongMember)}. Check 'refresh' and 'fields'. The session is kept.`,
      ...details,
    })
  }
  if (status >= 500 || status < 400 || TRANSIENT.includes(status)) {
    return failed({
      kind: 'http',
      code: 'refresh-unavailable',
      message: `The refresh endpoint answered ${status}. The session is kept.`,
      ...details,
    })
  }
  return failed({
    kind: 'misconfigured',
    code: 'refresh-misconfigured',
    message: `The refresh endpoint answered ${status}${error === undefined ? '' : ` '${error}'`}, which no retry can cure: check how 'auth' is set up. The session is kept.`,
    ...details,
  })
}

/**
 * What is wrong with an answer that should bring tokens: names of members, never their values.
 * @param json what there was in the place of an access token
 */
export const faultOf = (wrongMember: string | undefined, json?: unknown): string =>
  wrongMember === undefined
    ? `no access token${json === undefined ? '' : ` among ${namesOf(json)}`}`
    : `a member '${wrongMember}' of a wrong type`

const namesOf = (json: unknown): string =>
  Object.keys(Object(json))
    .map((member) => `'${member}'`)
    .join(', ') || 'no members'

const failed = (failure: RefreshFailure): TokenError => ({ type: 'failed', failure })
