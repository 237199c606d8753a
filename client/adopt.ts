import { cookies, webStorage, type PageStorage } from './page-storage.ts'
import { tokenAt } from './stored-tokens.ts'

/** Where an app keeps its tokens: a key, or a dotted path for what is kept as JSON (`auth.state.token`). */
export interface TokenPlaces {
  access_token?: string
  refresh_token?: string
}

/** Where the tokens of a session from before the broker are; of several places the first that has one counts. */
export interface AdoptOptions {
  localStorage?: TokenPlaces
  sessionStorage?: TokenPlaces
  /** Cookies that a script can read and no server reads. */
  cookie?: TokenPlaces
}

/**
 * Hands the app's own tokens over to the worker, and leaves in their place what the page is to keep.
 * @param handOver resolves with that; undefined where the tokens were not taken and all must stay as it is
 * @throws TypeError where `options` is not of its type
 */
export async function adopt(
  options: AdoptOptions,
  handOver: (tokens: Record<string, string>) => Promise<unknown>,
): Promise<void> {
  const places = placesOf(options)
  const found = new Map<string, string>()
  for (const { storage, paths } of places) {
    const entries = storage.entries()
    for (const [name, path] of paths) {
      const token = tokenAt(entries, path)
      if (token !== undefined && !found.has(name)) found.set(name, token)
    }
  }
  if (found.size === 0) return

  const kept = await handOver(Object.fromEntries(found))
  for (const [name, next] of Object.entries<unknown>(Object(kept))) {
    const old = found.get(name)
    if (old !== undefined && typeof next === 'string')
      for (const { storage } of places) storage.replace(old, next)
  }
}

const STORAGES: [name: string, open: () => PageStorage][] = [
  ['localStorage', () => webStorage(localStorage)],
  ['sessionStorage', () => webStorage(sessionStorage)],
  ['cookie', () => cookies],
]

function placesOf(options: AdoptOptions): { storage: PageStorage; paths: [name: string, path: string][] }[] {
  const named = new Map(
    membersOf(
      'adopt',
      options,
      /^(local|session)Storage$|^cookie$/,
      'localStorage, sessionStorage or cookie',
    ),
  )
  return STORAGES.flatMap(([name, open]) => {
    const value = named.get(name)
    if (value === undefined) return []
    const option = `adopt.${name}`
    const paths = membersOf(
      option,
      value,
      /^(access|refresh)_token$/,
      "the tokens' names in RFC 6749 §5.1",
    ).map(([token, path]): [string, string] => [
      token,
      typeof path === 'string' && path !== ''
        ? path
        : invalid(`${option}.${token}`, path, 'a key, or a dotted path'),
    ])
    // A browser may keep its storage from a page: then it has no tokens for us either.
    try {
      return [{ storage: open(), paths }]
    } catch {
      return []
    }
  })
}

function membersOf(option: string, options: unknown, known: RegExp, expected: string): [string, unknown][] {
  if (typeof options !== 'object' || options === null)
    return invalid(option, options, `an object with ${expected}`)
  const members = Object.entries<unknown>({ ...options }).filter(([, value]) => value !== undefined)
  for (const [name, value] of members) if (!known.test(name)) invalid(`${option}.${name}`, value, expected)
  return members
}

function invalid(option: string, got: unknown, expected: string): never {
  throw new TypeError(`sw-token-broker: option '${option}' got ${JSON.stringify(got)}; expected ${expected}`)
}
