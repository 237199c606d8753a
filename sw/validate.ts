import type { Place } from './core/request-policy.ts'

/**
 * @throws TypeError that names the option, what it got and what it takes
 */
export function invalid(option: string, got: unknown, expected: string): never {
  throw new TypeError(`sw-token-broker: option '${option}' got ${show(got)}; expected ${expected}`)
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  // JSON has no NaN.
  if (typeof value === 'number') return String(value)
  if (value instanceof Date || value instanceof RegExp || value instanceof URL)
    return `${value.constructor.name} ${String(value)}`
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 100)
  } catch {
    return String(value)
  }
}

/** Reads what an option got. @throws TypeError where it takes something else */
export type Read<T> = (option: string, value: unknown) => T

/** As a method its argument may be of the type that TypeScript knows the option to have. */
type Readers = Record<string, { read(option: string, value: unknown): unknown }['read']>

/**
 * Reads an object of options by a table that says what each takes. There may be no others, as a typo would go unnoticed
 * for long.
 * @param prefix of the options' names
 */
export function readOptions<T extends Readers>(
  owner: string,
  options: unknown,
  readers: T,
  prefix = `${owner}.`,
): { [Name in keyof T]: ReturnType<T[Name]> } {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return invalid(owner, options, 'an object of options')
  const given = new Map<string, unknown>(Object.entries(options))
  const names = Object.keys(readers)
  for (const [name, value] of given)
    if (!names.includes(name))
      invalid(`${owner}.${name}`, value, `no such option; there are ${names.join(', ')}`)
  const read = names.map((name) => [name, readers[name]?.(prefix + name, given.get(name))])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each is what its reader returns
  return Object.fromEntries(read) as { [Name in keyof T]: ReturnType<T[Name]> }
}

export const optional =
  <T>(read: Read<T>): Read<T | undefined> =>
  (option, value) =>
    value === undefined ? undefined : read(option, value)

export const withDefault =
  <T>(fallback: T, read: Read<T>): Read<T> =>
  (option, value) =>
    value === undefined ? fallback : read(option, value)

/** The first of the `choices` is the default. */
export const oneOf =
  <const T extends readonly (string | boolean)[]>(...choices: T): Read<T[number]> =>
  (option, value = choices[0]) =>
    choices.find((choice) => choice === value) ?? invalid(option, value, choices.map(quoted).join(' or '))

const quoted = (choice: string | boolean): string =>
  typeof choice === 'string' ? `'${choice}'` : `${choice}`

export const text =
  (pattern: RegExp, expected: string): Read<string> =>
  (option, value) =>
    typeof value === 'string' && pattern.test(value) ? value : invalid(option, value, expected)

/** @param least how many there must be */
export const listOf =
  <T>(read: Read<T>, expected: string, least = 0): Read<T[]> =>
  (option, value) =>
    Array.isArray(value) && value.length >= least
      ? value.map((entry: unknown) => read(option, entry))
      : invalid(option, value, expected)

/** A function of the app, if it gives one. */
export function hook<T>(option: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') invalid(option, value, 'a function')
  return value
}

/** The longest that `setTimeout` can wait. */
const MOST_SECONDS = Math.floor(2 ** 31 / 1000)

/** @returns ms */
export const seconds =
  (fallback: number): Read<number> =>
  (option, value = fallback) =>
    typeof value === 'number' && value > 0 && value <= MOST_SECONDS
      ? value * 1000
      : invalid(option, value, `a number of seconds above 0, ${MOST_SECONDS} at most`)

/** RFC 9110 §5.6.2 */
export const HTTP_TOKEN: RegExp = /^[!#$%&'*+.^_`|~\w-]+$/

/** @returns the name of a header that a request can have: some are the browser's own, and would silently not be sent */
export function requestHeader(option: string, value: unknown): string {
  const expected = 'the name of a request header that a script may set'
  const name = text(HTTP_TOKEN, expected)(option, value)
  return new Request(location.origin, { headers: { [name]: 'x' } }).headers.has(name)
    ? name
    : invalid(option, value, expected)
}

/** @returns the URL of a page, which may be relative and have a fragment */
export function pageUrl(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && URL.canParse(value, location.href)) {
    const { protocol, href } = new URL(value, location.href)
    if (/^https?:$/.test(protocol)) return href
  }
  return invalid(option, value, 'the URL of a page')
}

/** @returns the URL, resolved against the worker's own origin */
export function url(option: string, value: unknown): URL {
  const expected = 'a path that begins with / or an absolute http(s) URL, without credentials and fragment'
  if (typeof value !== 'string' || !/^(\/(?!\/)|https?:\/\/)[^\\\t\n\r]*$/i.test(value))
    invalid(option, value, expected)
  if (!URL.canParse(value, location.origin)) invalid(option, value, expected)
  const parsed = new URL(value, location.origin)
  if (parsed.username || parsed.password || parsed.hash) invalid(option, value, expected)
  return parsed
}

/** @returns what a prefix of URLs is compared by */
export function place(option: string, value: unknown): Place {
  const { origin, pathname, search } = url(option, value)
  if (search !== '' || pathname.includes('*')) invalid(option, value, 'a prefix, without query and wildcards')
  return { origin, path: pathname }
}
