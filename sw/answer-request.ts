import type { LogoutAnswerer } from './answer-logout.ts'
import type { Authorizer } from './authorize-request.ts'
import { decideRequest, type RequestDecision, type RequestPolicy } from './core/request-policy.ts'
import { CUTS_ANSWERS, tellOfLongAnswer } from './platform/long-answers.ts'
import { problemResponse } from './platform/problem-response.ts'
import { parsedContent } from './platform/request-content.ts'
import { factsOf } from './platform/request-facts.ts'
import { StoreStalled } from './platform/session-store.ts'
import type { Navigate } from './land.ts'
import type { Extend } from './refresh-session.ts'
import type { SessionKeeper } from './session-keeper.ts'

declare const self: ServiceWorkerGlobalScope

/** What there is to do with a request, one flow for each kind. */
export interface Flows {
  authorize: Authorizer
  login: (request: Request) => Promise<Response>
  refresh: (request: Request, extend: Extend) => Promise<Response>
  logout: LogoutAnswerer
  navigate: Navigate | undefined
}

export interface RequestAnswerer {
  isOurs(request: Request): boolean
  /** Undefined for a request that must be left alone. */
  answer(request: Request, event: FetchEvent): Promise<Response> | undefined
}

/** Reads the facts of a request, decides synchronously, and hands it to the flow that answers it. */
export function requestAnswerer(
  name: string,
  policy: RequestPolicy,
  header: string,
  keeper: SessionKeeper,
  flows: Flows,
): RequestAnswerer {
  const decide = (request: Request): RequestDecision => decideRequest(policy, factsOf(request, header))

  const authorize = async (request: Request, event: FetchEvent, extend: Extend): Promise<Response> => {
    const isWanted = async (): Promise<boolean> => (await self.clients.get(event.clientId)) !== undefined
    const response = await flows.authorize(request, extend, isWanted)
    if (CUTS_ANSWERS) extend(tellOfLongAnswer(name, event, response))
    return response
  }

  const authenticate = async (
    request: Request,
    { endpoint, logins }: Extract<RequestDecision, { type: 'authenticate' }>,
    extend: Extend,
  ): Promise<Response> => {
    if (logins.length > 0) {
      if (await isLogin(request, logins)) return flows.login(request)
      if (endpoint === 'login') return fetch(request)
    }
    if (endpoint === 'login') return flows.login(request)
    return endpoint === 'refresh' ? flows.refresh(request, extend) : flows.logout(request)
  }

  const isLogin = async (
    request: Request,
    logins: readonly { when?: ((body: unknown) => boolean) | undefined }[],
  ): Promise<boolean> => {
    const body = await parsedContent(request)
    try {
      return logins.some(({ when }) => when === undefined || when(body))
    } catch (cause) {
      const message = `'when' of the option 'login' threw: ${String(cause)}`
      await keeper.tell({ type: 'broker-error', code: 'when-failed', message })
      return false
    }
  }

  return {
    isOurs: (request) => decide(request).type !== 'leave',
    answer(request, event) {
      const decision = decide(request)
      const extend: Extend = (promise) => event.waitUntil(promise.catch(() => undefined))
      switch (decision.type) {
        case 'leave':
          return undefined
        case 'navigate':
          return flows.navigate?.(new URL(request.url), decision.path)
        case 'authorize':
          return authorize(request, event, extend).catch(storeStalled)
        case 'authenticate':
          return authenticate(request, decision, extend).catch(storeStalled)
      }
    },
  }
}

/** A transient fault of the store is answered like one of the token endpoint. */
const storeStalled = (cause: unknown): Response => {
  if (!(cause instanceof StoreStalled)) throw cause
  return problemResponse({ kind: 'http', code: 'store-unavailable', message: cause.message }, 1)
}
