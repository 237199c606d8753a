import type { AnswerNavigation } from './auth-method.ts'
import type { Authorizer } from './authorize-request.ts'
import type { Carriers } from './core/carriers.ts'
import { decideRequest, type RequestDecision, type RequestPolicy } from './core/request-policy.ts'
import { forEventSource, isOfEventSource } from './platform/event-source.ts'
import type { Asker, Fetch } from './platform/ports.ts'
import { problemResponse } from './platform/problem-response.ts'
import { factsOf } from './platform/request-facts.ts'
import { StoreStalled } from './platform/session-store.ts'
import type { PageFlows } from './page-flows.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What there is to do with a request, one flow for each kind. */
export interface Flows {
  /** Sends what turns out not to be ours. */
  pass: Fetch
  authorize: Authorizer
  /** Undefined where no page logs in by itself. */
  pages: PageFlows | undefined
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
  { pass, authorize: authorizeFlow, pages, navigate }: Flows,
): RequestAnswerer {
  const decide = (request: Request): RequestDecision => decideRequest(policy, factsOf(request, carriers))

  const authorize = async (request: Request, asker: Asker): Promise<Response> => {
    const known = policy.reveal && pages ? await pages.marked(request, false) : request
    // A token that this session does not know is the page's own business.
    if (
      policy.reveal &&
      decideRequest({ ...policy, reveal: false }, factsOf(known, carriers)).type === 'leave'
    )
      return pass(request)
    const response = await authorizeFlow(known, asker)
    asker.begins?.(response)
    return response
  }

  const authenticate = async (
    request: Request,
    asker: Asker,
    { endpoints, otherwise }: Extract<RequestDecision, { type: 'authenticate' }>,
  ): Promise<Response> =>
    (await pages?.authenticate(request, asker, endpoints)) ??
    (otherwise === 'authorize' ? authorize(request, asker) : pass(request))

  return {
    isOurs: (request) => decide(request).type !== 'leave',
    answer(request, asker) {
      const decision = decide(request)
      switch (decision.type) {
        case 'leave':
          return undefined
        case 'navigate':
          return navigate?.(new URL(request.url), decision.path, keeper)
        case 'authorize': {
          const answered = authorize(request, asker).catch(storeStalled)
          return isOfEventSource(request) ? forEventSource(answered) : answered
        }
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
