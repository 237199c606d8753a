/**
 * `request` with other values in some of its headers, or without those that are undefined, and otherwise the same.
 *
 * A copy made without an init keeps all there is to a request. Only the mode may have to change, since `no-cors` drops
 * `Authorization` (and `Range`) silently and `navigate` can only be passed on as it is: to `same-origin`, where a
 * redirect cannot carry the token away, or to `cors`. So must that of a request with a header that redirects carry.
 * @see https://fetch.spec.whatwg.org/#dom-request
 */
export function authorizedRequest(
  request: Request,
  headers: ReadonlyMap<string, string | undefined>,
): Request {
  if (![...headers].some(([name, value]) => value !== undefined || request.headers.has(name))) return request
  const added = [...headers].filter(([, value]) => value !== undefined)
  const areStripped = added.every(([name]) => isStripped(name))
  const mustChange =
    added.length > 0 && (!hasSafeMode(request) || (request.redirect === 'follow' && !areStripped))
  const authorized = mustChange ? withSafeMode(request, areStripped) : new Request(request)
  for (const [name, value] of headers)
    if (value === undefined) authorized.headers.delete(name)
    else authorized.headers.set(name, value)
  return authorized
}

const hasSafeMode = ({ mode }: Request): boolean => mode === 'cors' || mode === 'same-origin'

/** Browsers take this header, and no other, off a request that is redirected to another origin (Fetch §4.4). */
const isStripped = (header: string): boolean => header.toLowerCase() === 'authorization'

/** @param areStripped whether browsers take off what is added to the request */
function withSafeMode(request: Request, areStripped: boolean): Request {
  const isOwnOrigin = new URL(request.url).origin === location.origin
  const isNoCors = request.mode === 'no-cors'
  return new Request(request, {
    mode: isOwnOrigin ? 'same-origin' : 'cors',
    // Tags send cookies to other origins, which would forbid a server to answer `Access-Control-Allow-Origin: *`.
    credentials: isNoCors && !isOwnOrigin ? 'same-origin' : request.credentials,
    redirect: isOwnOrigin || areStripped ? request.redirect : 'error',
    headers: new Headers(request.headers),
    ...referrerOf(request),
  })
}

/** An init resets them to the worker's own; a referrer of another origin, as a navigation may have, cannot be kept. */
const referrerOf = ({ referrer, referrerPolicy }: Request): RequestInit => ({
  referrer: referrer.startsWith('http') && new URL(referrer).origin !== location.origin ? '' : referrer,
  referrerPolicy,
})

/** The same request with another body, and the `Content-Type` that it says already. */
export const withBody = (request: Request, body: string): Request =>
  new Request(request, {
    headers: new Headers(request.headers),
    method: request.method,
    body,
    ...referrerOf(request),
  })

/** The same request, which goes on when its page is gone. */
export const detached = (request: Request): Request =>
  new Request(request, { signal: null, ...referrerOf(request) })

/** The same request with another query, in a mode in which its headers are kept; it is made of what can be read of it. */
export async function withQuery(request: Request, query: readonly string[]): Promise<Request> {
  const safe = hasSafeMode(request) ? request : withSafeMode(request, true)
  const { method, headers, mode, credentials, cache, redirect, integrity, keepalive, signal } = safe
  const url = new URL(safe.url)
  url.search = query.join('&')
  const body = method === 'GET' || method === 'HEAD' ? undefined : await safe.blob()
  const init = { method, headers, mode, credentials, cache, redirect, integrity, keepalive, signal, body }
  return new Request(url, { ...init, ...referrerOf(safe) })
}

/**
 * An answer that does not tell the page the address that it came from, where `token` is in that: one that is made here
 * has the address that the page has asked for (Fetch §4.6).
 */
export function withoutAddress(response: Response, token: string, isNavigation: boolean): Response {
  if (!response.url.includes(encodeURIComponent(token))) return response
  // None can be made; a navigation follows it, and no script sees where from.
  if (response.type === 'opaqueredirect') return isNavigation ? response : Response.error()
  return new Response(response.body, response)
}

/** The same request, but answered by the server and not by what the HTTP cache holds of another user. */
export const pastHttpCache = (request: Request): Request =>
  new Request(request, { cache: 'reload', ...referrerOf(request) })

/** Whether the HTTP cache may answer `request`. A part of a plain media file is left alone: an init drops its `Range`. */
export const mayBeCached = ({ method, cache, mode, headers }: Request): boolean =>
  method === 'GET' &&
  !(mode === 'no-cors' && headers.has('Range')) &&
  cache !== 'no-store' &&
  cache !== 'reload'
