import type { LogoutAnswerer } from './answer-logout.ts'
import type { Endpoint } from './core/request-policy.ts'
import type { Asker, Extend } from './platform/ports.ts'
import { parsedContent } from './platform/request-content.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface AuthenticatorPorts {
  keeper: SessionKeeper
  login: (request: Request) => Promise<Response>
  refresh: (request: Request, extend: Extend, page: string | undefined) => Promise<Response>
  logout: LogoutAnswerer
  /** The request with placeholders for tokens of ours that pages still hold. */
  marked: (request: Request, inBody: boolean) => Promise<Request>
}

/**
 * Answers a page's own request to the first of `endpoints` that takes it.
 * @returns undefined where none does
 */
export type Authenticator = (
  request: Request,
  asker: Asker,
  endpoints: readonly Endpoint[],
) => Promise<Response | undefined>

export function authenticator(ports: AuthenticatorPorts): Authenticator {
  const { keeper, login, refresh, logout, marked } = ports

  const addressee = async (
    request: Request,
    endpoints: readonly Endpoint[],
  ): Promise<Endpoint['type'] | undefined> => {
    const [first] = endpoints
    if (first && !first.when) return first.type
    const body = await parsedContent(request)
    for (const { type, when } of endpoints)
      try {
        if (!when || when(body)) return type
      } catch (cause) {
        const message = `'when' of the option '${type}' threw: ${String(cause)}`
        await keeper.tell({ type: 'broker-error', code: 'when-failed', message })
      }
    return undefined
  }

  return async (request, { extend, page }, endpoints) => {
    switch (await addressee(request, endpoints)) {
      case 'login':
        return login(request)
      case 'refresh':
        return refresh(await marked(request, true), extend, page)
      case 'logout':
        return logout(await marked(request, true))
      case undefined:
        return undefined
    }
  }
}
