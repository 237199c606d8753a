import type { Announcement } from './protocol/messages.ts'
import type { ActiveSession } from './core/session.ts'

type Send = (request: Request, session: ActiveSession | undefined) => Promise<Response>

/**
 * Tells once per origin of an API whose first call with a token fails before it has an answer: the browser does not say
 * so, but the API may not allow the header (CORS, Fetch §4.8).
 */
export function withCrossOriginHint(send: Send, report: (announcement: Announcement) => void): Send {
  const known = new Set<string>()
  const own = `${location.origin}/`
  return async (request, session) => {
    if (session === undefined || request.url.startsWith(own)) return send(request, session)
    const { origin } = new URL(request.url)
    const isFirst = !known.has(origin)
    try {
      const response = await send(request, session)
      if (isFirst) known.add(origin)
      return response
    } catch (cause) {
      if (isFirst && cause instanceof TypeError && navigator.onLine) {
        known.add(origin)
        report({
          type: 'broker-error',
          code: 'cross-origin-call-failed',
          message: `No answer to a call with the token: is ${origin} down, or does its preflight lack Access-Control-Allow-Headers: authorization?`,
        })
      }
      throw cause
    }
  }
}
