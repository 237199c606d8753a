import { mayCarry, type Carriers } from '../core/carriers.ts'
import { placeholderFor, type TokenKind } from '../core/placeholder.ts'
import type { Session } from '../core/session.ts'
import { authorizedRequest, withBody, withQuery } from './authorized-request.ts'
import { contentOf } from './request-content.ts'
import { carriedBy } from './request-facts.ts'
import { digestOf } from './token-digest.ts'

/** What no token holds ends a candidate, whatever the format of the text: JSON, a form, a header and its parameters. */
const CANDIDATES = /[^\s"',;&(){}[\]<>]{8,}/g

/** The generation of a token that is known to be an older one, and no more than that. */
const OLDER = 0

/**
 * `text` of a page's request with placeholders for tokens of ours: those that pages had before the session was adopted,
 * and, where access tokens are revealed, the last few of them. Any other token stays as it is.
 */
export async function withPlaceholders(text: string, session: Session): Promise<string> {
  let result = text
  for (const candidate of new Set(text.match(CANDIDATES)?.flatMap(withoutName))) {
    const placeholder = await placeholderOf(decoded(candidate), session)
    if (placeholder !== undefined) result = result.replaceAll(candidate, placeholder)
  }
  return result
}

/** The same for a request: its headers and query, where they may carry a token, and on demand its body. */
export async function requestWithPlaceholders(
  request: Request,
  session: Session,
  carriers: Carriers,
  inBody: boolean,
): Promise<Request> {
  const { headers, query } = carriedBy(request, carriers)
  const marks = new Map<string, string>()
  for (const [name, value] of headers) {
    const marked = await withPlaceholders(value, session)
    if (marked !== value) marks.set(name, marked)
  }
  const pairs = await Promise.all(
    query.map(async (pair) => (mayCarry(pair, carriers) ? withPlaceholders(pair, session) : pair)),
  )
  const inHeaders = authorizedRequest(request, marks)
  const inQuery = pairs.join('&') === query.join('&') ? inHeaders : await withQuery(inHeaders, pairs)
  if (!inBody) return inQuery
  const { text } = await contentOf(inQuery)
  const body = await withPlaceholders(text, session)
  return body === text ? inQuery : withBody(inQuery, body)
}

async function placeholderOf(token: string, session: Session): Promise<string | undefined> {
  const make = (kind: TokenKind, sessionId: string, generation: number): string =>
    placeholderFor(token, kind, { sessionId, generation }, false)
  if (session.status === 'active') {
    const { tokens, sessionId, generation } = session
    if (token === tokens.accessToken) return make('access', sessionId, generation)
    if (token === tokens.refreshToken) return make('refresh', sessionId, generation)
  }
  const { adopted } = session
  const retired = session.status === 'active' ? session.retired : undefined
  if (!adopted && !retired) return undefined
  const digest = await digestOf(token)
  if (session.status === 'active' && retired?.includes(digest))
    return make('access', session.sessionId, OLDER)
  if (digest === adopted?.access) return make('access', adopted.sessionId, OLDER)
  return digest === adopted?.refresh ? make('refresh', adopted.sessionId, OLDER) : undefined
}

/** A form or a header's parameter has `name=` before the token, and a token may end in `=` itself. */
const withoutName = (run: string): string[] => [run, run.slice(run.indexOf('=') + 1)]

function decoded(candidate: string): string {
  try {
    return decodeURIComponent(candidate)
  } catch {
    return candidate
  }
}
