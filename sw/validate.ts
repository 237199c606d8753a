/**
 * @throws TypeError that names the option, what it got and what it takes
 */
export function invalid(option: string, got: unknown, expected: string): never {
  throw new TypeError(`sw-token-broker: option '${option}' got ${show(got)}; expected ${expected}`)
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value instanceof Date || value instanceof RegExp || value instanceof URL)
    return `${value.constructor.name} ${String(value)}`
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 100)
  } catch {
    return String(value)
  }
}

/** Checks that `options` is an object with none but the `known` members, as a typo would go unnoticed for long. */
export function checkMembers(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    invalid(owner, options, 'an object of options')
  for (const key of Object.keys(options))
    if (!known.includes(key))
      invalid(
        `${owner}.${key}`,
        new Map(Object.entries(options)).get(key),
        `no such option; there are ${known.join(', ')}`,
      )
}

export function oneOf<T extends string>(
  option: string,
  value: unknown,
  choices: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback
  return (
    choices.find((choice) => choice === value) ??
    invalid(option, value, choices.map((c) => `'${c}'`).join(' or '))
  )
}

export const flag = (option: string, value: unknown, fallback: boolean): boolean =>
  value === undefined
    ? fallback
    : typeof value === 'boolean'
      ? value
      : invalid(option, value, 'true or false')

export const text = (
  option: string,
  value: unknown,
  fallback: string,
  pattern: RegExp = /^/,
  expected: string = 'a string',
): string =>
  value === undefined
    ? fallback
    : typeof value === 'string' && pattern.test(value)
      ? value
      : invalid(option, value, expected)

/** @returns a function of the app, if it gives one */
export function hook<T>(option: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') invalid(option, value, 'a function')
  return value
}

/** The longest that `setTimeout` can wait. */
const MOST_SECONDS = 2 ** 31 / 1000

/** @returns ms */
export const seconds = (option: string, value: unknown, fallback: number): number =>
  between(option, value, fallback, Number.MIN_VALUE, MOST_SECONDS, 'a number of seconds above 0') * 1000

export const bytes = (option: string, value: unknown, fallback: number): number =>
  between(option, value, fallback, 0, Number.MAX_SAFE_INTEGER, 'a number of bytes')

function between(
  option: string,
  value: unknown,
  fallback: number,
  least: number,
  most: number,
  expected: string,
): number {
  if (value === undefined) return fallback
  return typeof value === 'number' && value >= least && value < most
    ? value
    : invalid(option, value, expected)
}

/** @returns the name of a header that a request can have: some are the browser's own, and would silently not be sent */
export function requestHeader(option: string, value: unknown, fallback: string): string {
  const expected = 'the name of a request header that a script may set'
  const name = text(option, value, fallback, /^[!#$%&'*+.^_`|~\w-]+$/, expected)
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
