// Refusals of the API, with a `WWW-Authenticate` header that says what would help.
import type { Context } from 'hono'

/**
 * A request without credentials is told the scheme alone.
 * @see RFC 6750 §3
 */
export function challenge(
  c: Context,
  status: 401 | 403,
  { error, ...more }: { error?: string } & Record<string, string> = {},
): Response {
  const parameters = Object.entries(error === undefined ? more : { error, ...more })
  const written = parameters.map(([name, value]) => `${name}="${value}"`).join(', ')
  c.header('WWW-Authenticate', written === '' ? 'Bearer' : `Bearer ${written}`)
  return c.json({ error: error ?? 'unauthorized' }, status)
}

export const invalidToken = (c: Context, description: string): Response =>
  challenge(c, 401, { error: 'invalid_token', error_description: description })
