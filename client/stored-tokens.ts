const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** What can be a token in a storage: not `undefined` as text, and nothing with blanks but a scheme before it. */
const TOKEN = /^(?:bearer )?((?!undefined$)\S{8,})$/i

/**
 * The token at a dotted path: a key of a storage, then members of the JSON text in it, or of JSON text in that (as
 * redux-persist writes it). A key may have dots itself: of several that fit, the longest counts.
 * @returns undefined where nothing like a token is
 */
export function tokenAt(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') {
    const json = parsed(value)
    if (json !== undefined) return tokenAt(json, path)
    return path === '' ? TOKEN.exec(value)?.[1] : undefined
  }
  if (!isObject(value)) return undefined
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const key = path.slice(0, end)
    if (Object.hasOwn(value, key)) return tokenAt(value[key], path.slice(end + 1))
  }
  return undefined
}

/** Objects and strings alone: a token may look like a number. */
function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'string' || isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}
