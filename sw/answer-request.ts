import type { AnswerNavigation } from './auth-method.ts'
import type { LogoutAnswerer } from './answer-logout.ts'
import type { Authorizer } from './authorize-request.ts'
import type { Carriers } from './core/carriers.ts'
import {
  decideRequest,
  type AuthEndpoint,
  type RequestDecision,
  type RequestPolicy,
} from './core/request-policy.ts'
import { ANONYMOUS } from './core/session.ts'
import type { Asker, Extend, Fetch } from './platform/ports.ts'
import { problemResponse } from './platform/problem-response.ts'
import { parsedContent } from './platform/request-content.ts'
import { factsOf } from './platform/request-facts.ts'
import { StoreStalled } from './platform/session-store.ts'
import { requestWithPlaceholders } from './platform/page-tokens.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What there is to do with a request, one flow for each kind. */
export interface Flows {
  /** Sends what turns out not to be ours. */
  pass: Fetch
  authorize: Authorizer
  login: (request: Request) => Promise<Response>
  refresh: (request: Request, extend: Extend, page: string | undefined) => Promise<Response>
  logout: LogoutAnswerer
  navigate: AnswerNavigation | undefined
}

export interface RequestAnswerer {
  isOurs(request: Request): boolean
  /** Undefined for a request that must be left alone. */
  answer(request: Request, asker: Asker): Promise<Response> | undefined
}

/** Reads the facts of a request, decides synchronously, and hands it to the flow that answers it. */
export function requestAnswerer(
  policy: RequestPolicy,
  carriers: Carriers,
  keeper: SessionKeeper,
  flows: Flows,
): RequestAnswerer {
  const decide = (request: Request): RequestDecision => decideRequest(policy, factsOf(request, carriers))

  /** With placeholders for tokens of ours that pages still hold. */
  const marked = async (request: Request, inBody: boolean): Promise<Request> => {
    const session = await Promise.resolve(keeper.current()).catch(() => ANONYMOUS)
    return requestWithPlaceholders(request, session, carriers, inBody)
  }

  const authorize = async (request: Request, { extend, isWanted, begins }: Asker): Promise<Response> => {
    const known = policy.reveal ? await marked(request, false) : request
    // A token that this session does not know is the page's own business.
    if (
      policy.reveal &&
      decideRequest({ ...policy, reveal: false }, factsOf(known, carriers)).type === 'leave'
    )
      return flows.pass(request)
    const response = await flows.authorize(known, extend, isWanted)
    begins?.(response)
    return response
  }

  const authenticate = async (
    request: Request,
    asker: Asker,
    { endpoints, otherwise }: Extract<RequestDecision, { type: 'authenticate' }>,
  ): Promise<Response> => {
    switch (await addressee(request, endpoints)) {
      case 'login':
        return flows.login(request)
      case 'refresh':
        return flows.refresh(await marked(request, true), asker.extend, asker.page)
      case 'logout':
        return flows.logout(await marked(request, true))
      case undefined:
        return otherwise === 'authorize' ? authorize(request, asker) : flows.pass(request)
    }
  }

  const addressee = async (
    request: Request,
    endpoints: readonly AuthEndpoint[],
  ): Promise<AuthEndpoint['type'] | undefined> => {
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

  return {
    isOurs: (request) => decide(request).type !== 'leave',
    answer(request, asker) {
      const decision = decide(request)
      switch (decision.type) {
        case 'leave':
          return undefined
        case 'navigate':
          return flows.navigate?.(new URL(request.url), decision.path, keeper)
        case 'authorize':
          return authorize(request, asker).catch(storeStalled)
        case 'authenticate':
          return authenticate(request, asker, decision).catch(storeStalled)
      }
    },
  }
}

/** A transient fault of the store is answered like one of the token endpoint. */
const storeStalled = (cause: unknown): Response => {
  if (!(cause instanceof StoreStalled)) throw cause
  return problemResponse({ kind: 'http', code: 'store-unavailable', message: cause.message }, 1)
}
