/**
 * `request` with `value` in its `header`, or without that header, and otherwise the same.
 *
 * A copy made without an init keeps all there is to a request. Only `no-cors` must change, since it drops
 * `Authorization` (and `Range`) silently: to `same-origin`, where a redirect cannot carry the token away, or to `cors`.
 * @see https://fetch.spec.whatwg.org/#dom-request
 */
export function authorizedRequest(request: Request, header: string, value: string | undefined): Request {
  if (value === undefined) {
    if (!request.headers.has(header)) return request
    const anonymous = new Request(request)
    anonymous.headers.delete(header)
    return anonymous
  }
  const authorized = request.mode === 'no-cors' ? withReadableMode(request) : new Request(request)
  authorized.headers.set(header, value)
  return authorized
}

function withReadableMode(request: Request): Request {
  const isOwnOrigin = new URL(request.url).origin === location.origin
  return new Request(request, {
    mode: isOwnOrigin ? 'same-origin' : 'cors',
    // Tags send cookies to other origins, which would forbid a server to answer `Access-Control-Allow-Origin: *`.
    credentials: isOwnOrigin ? request.credentials : 'same-origin',
    headers: new Headers(request.headers),
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
  })
}

/** The value of the header that carries an access token (RFC 6750 §2.1); some APIs have no scheme. */
export const credentials = (scheme: string, token: string): string =>
  scheme === '' ? token : `${scheme} ${token}`

/** Whether sending `request` uses up its body. Firefox does not tell of bodies, so there the method has to. */
export function carriesBody(request: Request): boolean {
  const { method } = request
  return 'body' in request ? request.body !== null : method !== 'GET' && method !== 'HEAD'
}

/** Whether the body of `request` has at most `limit` bytes; reads no more of it than that takes. */
export async function isBodyWithin(limit: number, request: Request): Promise<boolean> {
  const copy = request.clone()
  if (!copy.body) return (await copy.blob()).size <= limit
  const reader = copy.body.getReader()
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return true
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return false
    }
  }
}
