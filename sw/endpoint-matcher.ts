import type { Endpoint } from './core/request-policy.ts'
import { checkMembers, invalid, text, url } from './validate.ts'

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

/** @throws TypeError naming `option`, or the member of it that is wrong */
export function endpointMatcher(option: string, matcher: unknown): Endpoint {
  if (typeof matcher !== 'object') return endpointAt(option, matcher)
  checkMembers(option, matcher, ['url', 'method', 'when'])
  const members = new Map<string, unknown>(Object.entries(Object(matcher)))
  const when = members.get('when')
  const method = members.get('method')
  if (when !== undefined && !isPredicate(when))
    invalid(`${option}.when`, when, 'a function that returns a boolean')
  if (method !== undefined) text(`${option}.method`, method, '', HTTP_TOKEN, 'an HTTP method')
  return {
    ...endpointAt(`${option}.url`, members.get('url')),
    method: typeof method === 'string' ? method.toUpperCase() : undefined,
    when,
  }
}

const HTTP_TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/

function endpointAt(option: string, value: unknown): Endpoint {
  const { origin, pathname, search } = url(option, value)
  return { origin, path: pathname, query: search.length > 1 ? search.slice(1).split('&') : [] }
}

/** The URL of the worker's own requests to `endpoint`. */
export const addressOf = ({ origin, path, query }: Endpoint): string =>
  origin + path + (query.length > 0 ? `?${query.join('&')}` : '')

const isPredicate = (value: unknown): value is (body: unknown) => boolean => typeof value === 'function'
