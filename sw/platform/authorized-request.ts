/**
 * `request` with `value` in its `header`, or without that header, and otherwise the same.
 *
 * A copy made without an init keeps all there is to a request. Only the mode may have to change, since `no-cors` drops
 * `Authorization` (and `Range`) silently and `navigate` can only be passed on as it is: to `same-origin`, where a
 * redirect cannot carry the token away, or to `cors`. So must that of a request with a header that redirects carry.
 * @see https://fetch.spec.whatwg.org/#dom-request
 */
export function authorizedRequest(request: Request, header: string, value: string | undefined): Request {
  if (value === undefined) {
    if (!request.headers.has(header)) return request
    const anonymous = new Request(request)
    anonymous.headers.delete(header)
    return anonymous
  }
  const authorized = mustChange(request, header) ? withSafeMode(request, header) : new Request(request)
  authorized.headers.set(header, value)
  return authorized
}

const mustChange = ({ mode, redirect }: Request, header: string): boolean =>
  (mode !== 'cors' && mode !== 'same-origin') || (redirect === 'follow' && !isStripped(header))

/** Browsers take this header, and no other, off a request that is redirected to another origin (Fetch §4.4). */
const isStripped = (header: string): boolean => header.toLowerCase() === 'authorization'

function withSafeMode(request: Request, header: string): Request {
  const isOwnOrigin = new URL(request.url).origin === location.origin
  const isNoCors = request.mode === 'no-cors'
  return new Request(request, {
    mode: isOwnOrigin ? 'same-origin' : 'cors',
    // Tags send cookies to other origins, which would forbid a server to answer `Access-Control-Allow-Origin: *`.
    credentials: isNoCors && !isOwnOrigin ? 'same-origin' : request.credentials,
    redirect: isOwnOrigin || isStripped(header) ? request.redirect : 'error',
    headers: new Headers(request.headers),
    ...referrerOf(request),
  })
}

/** An init resets them to the worker's own; a referrer of another origin, as a navigation may have, cannot be kept. */
const referrerOf = ({ referrer, referrerPolicy }: Request): RequestInit => ({
  referrer: referrer.startsWith('http') && new URL(referrer).origin !== location.origin ? '' : referrer,
  referrerPolicy,
})

/** The value of the header that carries an access token (RFC 6750 §2.1); some APIs have no scheme. */
export const credentials = (scheme: string, token: string): string =>
  scheme === '' ? token : `${scheme} ${token}`

/** The same request, but answered by the server and not by what the HTTP cache holds of another user. */
export const pastHttpCache = (request: Request): Request =>
  new Request(request, { cache: 'reload', ...referrerOf(request) })

/** Whether the HTTP cache may answer `request`. A part of a plain media file is left alone: an init drops its `Range`. */
export const mayBeCached = ({ method, cache, mode, headers }: Request): boolean =>
  method === 'GET' &&
  !(mode === 'no-cors' && headers.has('Range')) &&
  cache !== 'no-store' &&
  cache !== 'reload'
