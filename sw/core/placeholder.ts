import type { Basis, TokenSet } from './session.ts'

const MARK = 'held-by-sw-token-broker-'

/** A session id is 32 hex digits; a generation is in base 36; the letter between them tells the token's kind. */
const PATTERN = /(?:(?<![\w-])[\w-]+\.[\w-]+\.)?held-by-sw-token-broker-([0-9a-f]{32})([ar])([0-9a-z]+)/g

export type TokenKind = 'access' | 'refresh'

/** Tells whether text holds anything that looks like a placeholder, of whatever session. */
export const hasPlaceholder = (text: string | null): boolean => text?.includes(MARK) === true

/**
 * What a page gets in place of `token`. A JWT keeps its header and payload, since many apps read the claims.
 * @param isJwt whether `token` is `<header>.<payload>.<signature>` with JSON in the first two parts
 */
export function placeholderFor(token: string, kind: TokenKind, basis: Basis, isJwt: boolean): string {
  const id = basis.sessionId + (kind === 'access' ? 'a' : 'r') + basis.generation.toString(36)
  const readable = isJwt ? token.slice(0, token.lastIndexOf('.') + 1) : ''
  return readable + MARK + id
}

/** The session and generation that the first placeholder in `text` names; undefined where there is none. */
export function basisOf(text: string): Basis | undefined {
  // The pattern has to be compiled first: too dear for each request.
  const match = hasPlaceholder(text) ? new RegExp(PATTERN).exec(text) : null
  const [, sessionId, , generation] = match ?? []
  return sessionId === undefined || generation === undefined
    ? undefined
    : { sessionId, generation: Number.parseInt(generation, 36) }
}

/**
 * Replaces the placeholders of `sessionId` in `text` by the real tokens; those of other sessions become empty.
 * @param encode how the text's own format writes a value
 */
export const withTokens = (
  text: string,
  sessionId: string,
  tokens: TokenSet | undefined,
  encode: (token: string) => string = (token) => token,
): string =>
  text.replace(PATTERN, (_, id: string, kind: string) =>
    id === sessionId ? encode((kind === 'a' ? tokens?.accessToken : tokens?.refreshToken) ?? '') : '',
  )

const STRING_LITERAL = /"[^"\\]*(?:\\.[^"\\]*)*"/g
/** A shorter token is replaced only where it is a whole string, as it may be a part of any word. */
const UNMISTAKABLE = 8

/**
 * Replaces every token that stands anywhere in a JSON text, under whatever name. Works literal by literal: servers may
 * escape what a token holds (`\/`, `\u002B`), and numbers beyond 2^53 must stay as they are.
 * @param masks token → placeholder
 */
export const masked = (json: string, masks: ReadonlyMap<string, string>): string =>
  json.replace(STRING_LITERAL, (literal) => {
    const text = String(JSON.parse(literal))
    const result = maskedText(text, masks)
    return result === text ? literal : JSON.stringify(result)
  })

/** Replaces every token that stands in a text of no format, such as a header. */
export const maskedText = (text: string, masks: ReadonlyMap<string, string>): string =>
  [...masks]
    .sort(([a], [b]) => b.length - a.length)
    .reduce(
      (result, [token, placeholder]) =>
        result === token
          ? placeholder
          : token.length < UNMISTAKABLE
            ? result
            : result.replaceAll(token, placeholder),
      text,
    )
