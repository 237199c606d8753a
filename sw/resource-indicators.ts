import type { Resources } from './auth-method.ts'
import { isWithin } from './core/request-policy.ts'
import { invalid, place, text } from './validate.ts'

export interface ResourceIndicators extends Resources {
  /** Of the session's own access token, where it must be told from the others. */
  own: string | undefined
  /** What a login asks for, beside `own`. */
  granted: readonly string[]
}

/**
 * Reads the option `resources`: which API has which resource indicator (RFC 8707).
 * @param own the resource indicator of the session's own access token, where the app names one
 * @throws TypeError naming a prefix or an indicator that is none
 */
export function resourcesOf(option: unknown, own: string | undefined): ResourceIndicators {
  if (option === undefined)
    return { places: [], of: () => undefined, check: () => undefined, own: undefined, granted: [] }
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    invalid('auth.resources', option, 'an object of resource indicators by prefix')
  const apis = Object.entries(option).map(([prefix, indicator]: [string, unknown]) => ({
    place: place('auth.resources', prefix),
    resource: resourceIndicator(`auth.resources.${prefix}`, indicator),
  }))
  // Of two that hold a URL, the narrower one says more.
  const narrowestFirst = apis.toSorted((a, b) => b.place.path.length - a.place.path.length)
  return {
    places: apis.map(({ place }) => place),
    of(href) {
      const { origin, pathname: path } = new URL(href)
      return narrowestFirst.find(({ place }) => isWithin(place, { origin, path }))?.resource
    },
    check(protect) {
      for (const { place: api } of apis)
        if (!protect.some((entry) => isWithin(entry, api) || isWithin(api, entry)))
          invalid(
            'auth.resources',
            api.origin + api.path,
            `a prefix within 'protect', which decides what gets a token at all: list it there as well`,
          )
    },
    own,
    // Where `own` is unknown the server's default must stay what the login asks for: to name others would replace it.
    granted:
      own === undefined
        ? []
        : [...new Set(apis.map(({ resource }) => resource))].filter((resource) => resource !== own),
  }
}

/** RFC 8707 §2, RFC 3986 §4.3. */
const resourceIndicator = text(/^[a-z][a-z0-9+.-]*:[^#\s]+$/i, 'an absolute URI without a fragment')
