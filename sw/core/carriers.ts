import { hasPlaceholder, withTokens } from './placeholder.ts'
import type { TokenSet } from './session.ts'

/** Where requests carry their token. */
export interface Carriers {
  /** A request without credentials gets the token in the first of these headers; placeholders are replaced in all. */
  headers: readonly string[]
  /** What stands before the token in the first; '' for nothing. */
  scheme: string
  /** The members of a query in which placeholders are replaced. */
  query: readonly string[]
}

/** What a page has put there. */
export interface Carried {
  headers: ReadonlyMap<string, string>
  /** `key=value` pairs as they stand in the URL. */
  query: readonly string[]
}

/** Tokens for the placeholders of a session, and for a request without credentials. */
export interface Credentials {
  /** The session that the placeholders must name. */
  sessionId: string
  tokens: TokenSet
}

/** What becomes of a request. */
export interface Substitution {
  /** One that is undefined is taken off. */
  headers: ReadonlyMap<string, string | undefined>
  /** Absent where the query stays as it is. */
  query?: readonly string[]
}

/** The value of the header that carries an access token (RFC 6750 §2.1); some APIs have no scheme. */
export const credentials = (scheme: string, token: string): string =>
  scheme === '' ? token : `${scheme} ${token}`

/** Whether a `key=value` pair of a query is one of those that may carry a token. */
export const mayCarry = (pair: string, { query }: Carriers): boolean =>
  query.includes(pair.slice(0, pair.indexOf('=')))

const isMarked = (pair: string, carriers: Carriers): boolean =>
  hasPlaceholder(pair) && mayCarry(pair, carriers)

/** Everything that holds a placeholder, as one text; '' for nothing. */
export const placeholdersIn = ({ headers, query }: Carried, carriers: Carriers): string =>
  [...[...headers.values()].filter(hasPlaceholder), ...query.filter((pair) => isMarked(pair, carriers))].join(
    ' ',
  )

/**
 * Whether an app that has no token has sent its header all the same: `Bearer null`, `Bearer undefined`, or the scheme
 * alone.
 */
export function isWithoutToken(value: string, scheme: string): boolean {
  const hasScheme = value.slice(0, scheme.length).toLowerCase() === scheme.toLowerCase()
  const token = (hasScheme ? value.slice(scheme.length) : value).trim()
  return value !== '' && ['', 'null', 'undefined'].includes(token)
}

/**
 * Puts the tokens where the page has put placeholders, or else the access token into the first header.
 * @param given none where the request must go without a token: what stands for one is taken out, with its header where that
 *   says nothing else
 */
export function substituted(
  carried: Carried,
  carriers: Carriers,
  given: Credentials | undefined,
): Substitution {
  const { scheme } = carriers
  const headers = new Map<string, string | undefined>()
  for (const [name, value] of carried.headers)
    if (hasPlaceholder(value)) {
      const text = withTokens(value, given?.sessionId ?? '', given?.tokens)
      // What says more than a scheme stays: who the client is, perhaps.
      headers.set(name, given || /[^\w -]/.test(text) ? text : undefined)
    } else if (isWithoutToken(value, scheme)) headers.set(name, undefined)
  const [first = ''] = carriers.headers
  const accessToken = given?.tokens.accessToken ?? ''
  const isFree = !carried.headers.has(first) || headers.has(first)
  if (accessToken !== '' && isFree && placeholdersIn(carried, carriers) === '')
    headers.set(first, credentials(scheme, accessToken))
  if (!carried.query.some((pair) => isMarked(pair, carriers))) return { headers }
  const query = carried.query.flatMap((pair) => {
    if (!isMarked(pair, carriers)) return pair
    return given ? withTokens(pair, given.sessionId, given.tokens, encodeURIComponent) : []
  })
  return { headers, query }
}
