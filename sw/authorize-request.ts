import { challengeWith, parseChallenges, stepUpRequired, type Challenge } from './core/challenge.ts'
import { freshness } from './core/freshness.ts'
import {
  placeholdersIn,
  substituted,
  type Carried,
  type Carriers,
  type Credentials,
} from './core/carriers.ts'
import { basisOf } from './core/placeholder.ts'
import { begunRefresh, sessionFor } from './core/resource-access.ts'
import { decideRetry } from './core/retry.ts'
import {
  followsOtherUser,
  isSameSession,
  mayContinue,
  subjectOf,
  type ActiveSession,
  type Basis,
  type LostSession,
  type Session,
} from './core/session.ts'
import {
  authorizedRequest,
  mayBeCached,
  pastHttpCache,
  withoutAddress,
  withQuery,
} from './platform/authorized-request.ts'
import { carriedBy } from './platform/request-facts.ts'
import type { Asker, Clock, Extend, TokenEndpoint } from './platform/ports.ts'
import { spareRequest, type SpareRequest } from './platform/spare-request.ts'
import type { Judge } from './judge-answer.ts'
import type { HoldRequest } from './hold-requests.ts'
import type { Refresher, RefreshOutcome } from './refresh-session.ts'
import { refusedAddresses } from './core/refused-addresses.ts'
import { seenAddresses } from './core/seen-addresses.ts'
import type { SessionKeeper } from './session-keeper.ts'
import { unavailable } from './unavailable.ts'

export interface AuthorizerPorts {
  keeper: SessionKeeper
  refresher: Refresher
  endpoint: TokenEndpoint
  clock: Clock
  /** Sends a request that has its token. */
  fetch: (request: Request, session: ActiveSession | undefined) => Promise<Response>
  /** The API that a URL belongs to, where that has a token of its own (RFC 8707). */
  resourceOf?: (url: string) => string | undefined
  /** Lets requests wait for a login; undefined where they are answered at once. */
  hold?: HoldRequest
  carriers: Carriers
  /** Asks the app whether an answer says that the token has expired; undefined where only a 401 does. */
  judge?: Judge
  /** Bodies up to this many bytes are replayed. */
  replayLimit: number
}

/** Answers a protected request: with the token, after a refresh where one is needed, and with one replay at most. */
export type Authorizer = (request: Request, asker: Pick<Asker, 'extend' | 'isWanted'>) => Promise<Response>

/** A request on its way to the API. */
interface Call {
  /** What the page has put where tokens go. */
  carried: Carried
  /** The session that its placeholders name. */
  named: Basis | undefined
  /** The API that it is for, where that has a token of its own. */
  resource: string | undefined
  /** Undefined where it will not be sent twice. */
  spare: SpareRequest | undefined
  asker: Parameters<Authorizer>[1]
}

export function authorizer(ports: AuthorizerPorts): Authorizer {
  const { keeper, refresher, endpoint, clock, fetch, resourceOf, carriers, judge, replayLimit } = ports
  const refused = refusedAddresses()
  const seen = seenAddresses()

  return async (request, asker) => {
    const whole = await keeper.current()
    const resource = resourceOf?.(request.url)
    const session = sessionFor(whole, resource)
    const carried = carriedBy(request, carriers)
    const named = basisOf(placeholdersIn(carried, carriers))
    // A placeholder names the session that the page means; without one it is whichever there is.
    const began = named ?? (session.status === 'anonymous' ? undefined : session)
    const subject = began && isOf(session, began) ? subjectOf(session) : undefined
    const first = began && isSameSession(session, began) ? session : undefined
    // Nothing is sent twice for a user who has neither logged in nor may be waited for.
    const spare = began || ports.hold ? spareRequest(request, replayLimit, clock) : undefined
    const call: Call = { carried, named, resource, spare, asker }

    const begun = whole.status === 'active' ? begunRefresh(whole) : undefined
    const admitted = first ? await admit(first, begun, call) : { session }
    if (admitted.failure) return unavailable(admitted.failure, admitted.session, clock.now())
    const sent = first && successor(admitted.session, first)

    const response = await send(request, call, admitted.session, sent)
    if (!(await isRefusal(response))) {
      refused.clear(request.url)
      return response
    }

    const challenges = parseChallenges(response.headers.get('WWW-Authenticate'))
    const decision = decideRetry({
      challenges,
      sent,
      session: sessionFor(await keeper.reload(), resource),
      began,
      subject,
      isCoolingDown: refused.isCoolingDown(request.url, clock.now()) || isOdd(challenges, sent),
    })
    switch (decision.type) {
      case 'pass':
        return response
      case 'hold':
        return hold(response, call, decision.lost)
      case 'unauthorized':
        await keeper.dispatch({ type: 'unauthorized' })
        return response
      case 'step-up':
        await keeper.tell(stepUpRequired(decision.challenge))
        return hold(response, call, decision.sent)
      case 'replay':
        return replay(response, call, decision.sent, false)
      case 'refresh':
        return replay(response, call, decision.sent, true)
    }
  }

  async function isRefusal(response: Response): Promise<boolean> {
    return (await judge?.(response)) ?? response.status === 401
  }

  /** Whether a 401 says too little to end a session that cannot be refreshed: its token is good as far as anyone knows. */
  function isOdd(challenges: readonly Challenge[], sent: ActiveSession | undefined): boolean {
    if (!sent || judge || endpoint.canRefresh(sent.tokens) || sent.tokens.expiresAt === undefined)
      return false
    return !challengeWith('invalid_token', challenges) && freshness(sent.tokens, clock.now()) !== 'expired'
  }

  /**
   * Makes sure of a token before the request is sent.
   * @param begun what a token request was begun for, maybe by a worker that died
   */
  async function admit(
    session: ActiveSession,
    begun: ActiveSession | undefined,
    { spare, asker: { extend } }: Call,
  ): Promise<RefreshOutcome> {
    const { tokens } = session
    const state = tokens.accessToken === '' ? 'expired' : freshness(tokens, clock.now())
    const canRefresh = endpoint.canRefresh(tokens)
    // A local clock alone ends no session: where nothing can be refreshed, the API has the last word.
    if (state === 'expired' && (canRefresh || tokens.accessToken === ''))
      return complete(await refresher.refresh(session, extend), extend)
    // A journal that nobody works on is that of a worker which died: joining the refresh finds out.
    const due = state === 'due' ? session : begun
    if (!due || !canRefresh) return { session }
    const refreshed = refresher.refresh(due, extend).then(
      (outcome) => ({ session: outcome.session }),
      () => ({ session }),
    )
    if (due.resource !== session.resource) return { session }
    // What can be replayed goes out beside the refresh; a stream, or a longer body, is sent once and waits for it.
    const size = await Promise.race([spare?.size(), refreshed.then(() => undefined)])
    return size === undefined ? refreshed : { session }
  }

  /** Gets the token that a login in between did not bring: those for further APIs are asked for as they are needed. */
  async function complete(outcome: RefreshOutcome, extend: Extend): Promise<RefreshOutcome> {
    const { session, failure } = outcome
    const isWithout = !failure && session.status === 'active' && session.tokens.accessToken === ''
    return isWithout ? refresher.refresh(session, extend) : outcome
  }

  /** @param active the session whose token the request gets; none where it must go without */
  async function send(
    request: Request,
    { carried, named }: Call,
    session: Session,
    active: ActiveSession | undefined,
  ): Promise<Response> {
    const { headers, query } = substituted(carried, carriers, active && credentialsOf(active, named))
    const inHeaders = authorizedRequest(request, headers)
    const authorized = query ? await withQuery(inHeaders, query) : inHeaders
    const owner = active?.sessionId ?? ''
    const isStale =
      followsOtherUser(active ?? session) && mayBeCached(request) && seen.isNew(owner, request.url)
    const response = await fetch(isStale ? pastHttpCache(authorized) : authorized, active)
    return query && active
      ? withoutAddress(response, active.tokens.accessToken, request.mode === 'navigate')
      : response
  }

  /**
   * Replays a refused request with a newer token; the page gets the 401 only where there is none to be had.
   * @param refreshFirst whether the token that was refused is still the current one
   */
  async function replay(
    refusal: Response,
    call: Call,
    sent: ActiveSession,
    refreshFirst: boolean,
  ): Promise<Response> {
    const { spare, asker } = call
    const refresh = (): Promise<RefreshOutcome> => refresher.refresh(sent, asker.extend, { isRefused: true })
    if ((await spare?.size()) === undefined) {
      if (refreshFirst) asker.extend(refresh())
      return refusal
    }
    const outcome = refreshFirst
      ? await refresh()
      : { session: sessionFor(await keeper.current(), sent.resource) }
    const { session, failure } = outcome
    return !failure && session.status === 'login-required' && isOf(session, sent)
      ? hold(refusal, call, session)
      : resend(refusal, call, outcome, sent, refreshFirst)
  }

  /** Waits for the same user's next login, where the app wants that. */
  async function hold(refusal: Response, call: Call, began: ActiveSession | LostSession): Promise<Response> {
    const { spare, asker, resource } = call
    const bytes = ports.hold && (await spare?.size())
    if (!spare || bytes === undefined) return refusal
    const { request } = spare
    const back = await ports.hold?.(began, { request, bytes })
    // What nobody waits for any more must not take effect an hour later.
    if (!back || request.signal.aborted || !(await asker.isWanted())) return refusal
    const session = sessionFor(back, resource)
    return resend(refusal, call, { session }, session, false)
  }

  /** @param isNew whether the token is one that nothing was sent with yet */
  async function resend(
    refusal: Response,
    call: Call,
    outcome: RefreshOutcome,
    began: ActiveSession,
    isNew: boolean,
  ): Promise<Response> {
    const { session, failure } = await complete(outcome, call.asker.extend)
    if (failure) return unavailable(failure, session, clock.now())
    const next = successor(session, began)
    if (!next || !call.spare) return refusal
    refusal.body?.cancel().catch(() => undefined)
    const { request } = call.spare
    const response = await send(request, call, next, next)
    if (isNew && (await isRefusal(response))) refused.add(request.url, clock.now())
    return response
  }
}

/**
 * What a request gets, wherever the page has put its placeholders: an API has no business with a refresh token.
 * @param named the session of the placeholders, which `active` may go on for
 */
const credentialsOf = (
  { sessionId, tokens: { accessToken, receivedAt } }: ActiveSession,
  named: Basis | undefined,
): Credentials => ({ sessionId: named?.sessionId ?? sessionId, tokens: { accessToken, receivedAt } })

/** Whether `session` is the one that `basis` names, dead or alive. */
const isOf = (session: Session, basis: Basis): boolean =>
  session.status !== 'anonymous' && session.sessionId === basis.sessionId

/** The session with which a request goes on that began in `began`. */
const successor = (session: Session, began: ActiveSession): ActiveSession | undefined =>
  mayContinue(session, began, began.tokens.subject) ? session : undefined
