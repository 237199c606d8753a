import type { Endpoint } from './core/request-policy.ts'
import { hook, HTTP_TOKEN, optional, readOptions, text, url, type Read } from './validate.ts'

/** A request to an auth endpoint: its URL, or more where that does not tell it apart. */
export type EndpointMatcher =
  | string
  | {
      url: string
      /** Default: `POST` for a login, any for the others. */
      method?: string
      /**
       * Looks at the request's body, for servers whose endpoints share a URL (GraphQL). A request that no endpoint
       * takes is like any other.
       * @param body the value of a JSON body, the fields of a form as an object, or the text
       */
      when?: (body: unknown) => boolean
    }

/**
 * @param method of its requests, where the matcher names none; undefined for any
 * @throws TypeError naming the option, or the member of it that is wrong
 */
export const endpointMatcher =
  (type: Endpoint['type'], method?: string): Read<Endpoint> =>
  (option, matcher) => {
    if (typeof matcher !== 'object') return { type, method, ...endpointAt(option, matcher) }
    const { url: place, ...given } = readOptions(option, matcher, MEMBERS)
    return { type, ...place, method: given.method?.toUpperCase() ?? method, when: given.when }
  }

const MEMBERS = {
  url: endpointAt,
  method: optional(text(HTTP_TOKEN, 'an HTTP method')),
  when: hook<(body: unknown) => boolean>,
}

function endpointAt(option: string, value: unknown): Pick<Endpoint, 'origin' | 'path' | 'query'> {
  const { origin, pathname, search } = url(option, value)
  return { origin, path: pathname, query: search.length > 1 ? search.slice(1).split('&') : [] }
}

/** The URL of the worker's own requests to `endpoint`. */
export const addressOf = ({ origin, path, query }: Pick<Endpoint, 'origin' | 'path' | 'query'>): string =>
  origin + path + (query.length > 0 ? `?${query.join('&')}` : '')
