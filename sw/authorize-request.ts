import type { Announcement } from './protocol/messages.ts'
import { parseChallenges, type Challenge } from './core/challenge.ts'
import { freshness } from './core/freshness.ts'
import { basisOf, withTokens } from './core/placeholder.ts'
import { decideRetry } from './core/retry.ts'
import { isSameSession, type ActiveSession, type Session } from './core/session.ts'
import { authorizedRequest, carriesBody, credentials, isBodyWithin } from './platform/authorized-request.ts'
import type { Clock, TokenEndpoint } from './platform/ports.ts'
import type { Extend, Refresher, RefreshOutcome } from './refresh-session.ts'
import { refusedAddresses } from './refused-addresses.ts'
import type { SessionKeeper } from './session-keeper.ts'
import { unavailable } from './unavailable.ts'

export interface AuthorizerPorts {
  keeper: SessionKeeper
  refresher: Refresher
  endpoint: TokenEndpoint
  clock: Clock
  fetch: (request: Request) => Promise<Response>
  /** The header that carries the token, and the scheme before it ('' for none). */
  header: string
  scheme: string
  /** Bodies up to this many bytes are replayed. */
  replayLimit: number
}

/** Answers a protected request: with the token, after a refresh where one is needed, and with one replay at most. */
export type Authorizer = (request: Request, extend: Extend) => Promise<Response>

/** How long a request with a body waits for the refresh of a token that is still good, ms. */
const BODY_WAIT = 1000

export function authorizer(ports: AuthorizerPorts): Authorizer {
  const { keeper, refresher, endpoint, clock, fetch, header, scheme, replayLimit } = ports
  const refused = refusedAddresses()

  /** Makes sure of a token before the request is sent. */
  const admit = async (request: Request, session: ActiveSession, extend: Extend): Promise<RefreshOutcome> => {
    const { tokens, refreshStartedAt } = session
    const state = tokens.accessToken === '' ? 'expired' : freshness(tokens, clock.now())
    if (state === 'expired') return refresher.refresh(session, extend)
    // A journal that nobody works on is that of a worker which died: joining the refresh finds out.
    const isDue = state === 'due' || refreshStartedAt !== undefined
    if (!isDue || !endpoint.canRefresh(tokens)) return { session }
    const refresh = refresher.refresh(session, extend)
    if (!carriesBody(request)) return { session }
    // To send a body twice, or to be unable to, costs more than to wait a moment for the new token.
    const outcome = await clock.within(BODY_WAIT, refresh)
    return { session: outcome?.session ?? session }
  }

  const send = (request: Request, session: ActiveSession | undefined): Promise<Response> => {
    if (!session) return fetch(authorizedRequest(request, header, undefined))
    const { accessToken, receivedAt } = session.tokens
    const own = request.headers.get(header)
    const value =
      own === null
        ? credentials(scheme, accessToken)
        : withTokens(own, session.sessionId, { accessToken, receivedAt })
    return fetch(authorizedRequest(request, header, value))
  }

  return async (request, extend) => {
    const session = await keeper.current()
    // A placeholder names the session that the page means; without one it is whichever there is.
    const named = basisOf(request.headers.get(header) ?? '')
    const began = named ?? (session.status === 'active' ? session : undefined)
    const sessionOfRequest = (now: Session): ActiveSession | undefined =>
      began && isSameSession(now, began) ? now : undefined

    const first = sessionOfRequest(session)
    const admitted = first ? await admit(request, first, extend) : { session }
    if (admitted.failure) return unavailable(admitted.failure, admitted.session, clock.now())

    const sent = sessionOfRequest(admitted.session)
    const again = sent && carriesBody(request) ? request.clone() : request
    const response = await send(request, sent)
    if (response.status !== 401) {
      refused.clear(request.url)
      return response
    }

    const decision = decideRetry({
      challenges: parseChallenges(response.headers.get('WWW-Authenticate')),
      sent,
      session: await keeper.current(),
      isAnonymous: began === undefined,
      isCoolingDown: refused.isCoolingDown(request.url, clock.now()),
    })
    switch (decision.type) {
      case 'pass':
        return response
      case 'unauthorized':
        await keeper.dispatch({ type: 'unauthorized' })
        return response
      case 'step-up':
        await keeper.tell(stepUpRequired(decision.challenge))
        return response
      case 'replay':
      case 'refresh':
        return replay(response, again, sent ?? first, decision.type === 'refresh', extend)
    }
  }

  /** Sends a refused request once more with a newer token; the page gets the 401 only where there is none to be had. */
  async function replay(
    refusal: Response,
    request: Request,
    sent: ActiveSession | undefined,
    refreshFirst: boolean,
    extend: Extend,
  ): Promise<Response> {
    if (!sent) return refusal
    const refresh = refreshFirst ? refresher.refresh(sent, extend) : undefined
    if (carriesBody(request) && !(await isBodyWithin(replayLimit, request))) return refusal
    const outcome = refresh ? await refresh : { session: await keeper.current() }
    if (outcome.failure) return unavailable(outcome.failure, outcome.session, clock.now())
    if (!isSameSession(outcome.session, sent)) return refusal
    void refusal.body?.cancel()
    const response = await send(request, outcome.session)
    if (response.status === 401 && refreshFirst) refused.add(request.url, clock.now())
    return response
  }
}

const stepUpRequired = ({ params }: Challenge): Announcement => {
  const acrValues = params.get('acr_values')
  const maxAge = params.get('max_age')
  const scope = params.get('scope')
  return {
    type: 'step-up-required',
    ...(acrValues !== undefined && { acr_values: acrValues }),
    ...(maxAge !== undefined && Number.isFinite(Number(maxAge)) && { max_age: Number(maxAge) }),
    ...(scope !== undefined && { scope }),
  }
}
