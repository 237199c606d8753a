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
  type Session,
} from './core/session.ts'
import {
  authorizedRequest,
  mayBeCached,
  pastHttpCache,
  withoutAddress,
  withQuery,
} from './platform/authorized-request.ts'
import { carriedBy, placeholdersOf } from './platform/request-facts.ts'
import type { Clock, Extend, TokenEndpoint } from './platform/ports.ts'
import { spareRequest, type SpareRequest } from './platform/spare-request.ts'
import type { Judge } from './judge-answer.ts'
import type { HeldRequests, RefusedRequest } from './hold-requests.ts'
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
  /** Where requests wait for a login; undefined where they are answered at once. */
  held?: HeldRequests
  carriers: Carriers
  /** Asks the app whether an answer says that the token has expired; undefined where only a 401 does. */
  judge?: Judge
  /** Bodies up to this many bytes are replayed. */
  replayLimit: number
}

/** Answers a protected request: with the token, after a refresh where one is needed, and with one replay at most. */
export type Authorizer = (
  request: Request,
  extend: Extend,
  /** Whether the page that waits for the answer is still there. */
  isWanted?: () => Promise<boolean>,
) => Promise<Response>

export function authorizer(ports: AuthorizerPorts): Authorizer {
  const { keeper, refresher, endpoint, clock, fetch, resourceOf, held, carriers, judge, replayLimit } = ports
  const refused = refusedAddresses()
  const seen = seenAddresses()

  return async (request, extend, isWanted = async () => true) => {
    const whole = await keeper.current()
    const session = sessionFor(whole, resourceOf?.(request.url))
    // A placeholder names the session that the page means; without one it is whichever there is.
    const began =
      basisOf(placeholdersOf(request, carriers)) ?? (session.status === 'anonymous' ? undefined : session)
    const subject = began && isOf(session, began) ? subjectOf(session) : undefined
    const first = began && isSameSession(session, began) ? session : undefined

    // Nothing is sent twice for a user who has neither logged in nor may be waited for.
    const spare = began || held ? spareRequest(request, replayLimit, clock) : undefined

    const begun = whole.status === 'active' ? begunRefresh(whole) : undefined
    const admitted = first ? await admit(first, begun, spare, extend) : { session }
    if (admitted.failure) return unavailable(admitted.failure, admitted.session, clock.now())
    const sent = first && successor(admitted.session, first)

    const response = await send(request, admitted.session, sent)
    if (!(await isRefusal(response))) {
      refused.clear(request.url)
      return response
    }

    const challenges = parseChallenges(response.headers.get('WWW-Authenticate'))
    const now = sessionFor(await keeper.reload(), resourceOf?.(request.url))
    const decision = decideRetry({
      challenges,
      sent,
      session: now,
      began,
      subject,
      isCoolingDown: refused.isCoolingDown(request.url, clock.now()) || isOdd(challenges, sent),
    })
    const page = { extend, isWanted }
    switch (decision.type) {
      case 'pass':
        return response
      case 'hold':
        return hold(response, spare, page, (waiting, kept) => waiting.untilLogin(decision.lost, kept))
      case 'unauthorized':
        await keeper.dispatch({ type: 'unauthorized' })
        return response
      case 'step-up':
        await keeper.tell(stepUpRequired(decision.challenge))
        return hold(response, spare, page, (waiting, kept) => waiting.untilStepUp(decision.sent, kept))
      case 'replay':
        return replay(response, spare, decision.sent, { ...page, refreshFirst: false })
      case 'refresh':
        return replay(response, spare, decision.sent, { ...page, refreshFirst: true })
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
    spare: SpareRequest | undefined,
    extend: Extend,
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
    session: Session,
    active: ActiveSession | undefined,
  ): Promise<Response> {
    const carried = carriedBy(request, carriers)
    const { headers, query } = substituted(carried, carriers, active && credentialsOf(carried, active))
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

  /** @param active the session of the placeholders, or one that may go on with what was begun in it */
  function credentialsOf(carried: Carried, active: ActiveSession): Credentials {
    const { accessToken, receivedAt } = active.tokens
    const began = basisOf(placeholdersIn(carried, carriers)) ?? active
    // An API has no business with a refresh token, whatever the page has put there.
    return { sessionId: began.sessionId, tokens: { accessToken, receivedAt } }
  }

  /** Sends a refused request once more with a newer token; the page gets the 401 only where there is none to be had. */
  async function replay(
    refusal: Response,
    spare: SpareRequest | undefined,
    sent: ActiveSession,
    { extend, isWanted, refreshFirst }: ReplayOptions,
  ): Promise<Response> {
    if (!spare || (await spare.size()) === undefined) {
      if (refreshFirst) extend(refresher.refresh(sent, extend, REFUSED))
      return refusal
    }
    const newest = refreshFirst
      ? await refresher.refresh(sent, extend, REFUSED)
      : { session: sessionFor(await keeper.current(), sent.resource) }
    const outcome = await complete(newest, extend)
    if (outcome.failure) return unavailable(outcome.failure, outcome.session, clock.now())
    const { session } = outcome
    if (session.status === 'login-required' && session.sessionId === sent.sessionId)
      return hold(refusal, spare, { extend, isWanted }, (waiting, kept) => waiting.untilLogin(session, kept))
    const next = successor(session, sent)
    if (!next) return refusal
    const response = await resend(refusal, spare.request, next)
    if (refreshFirst && (await isRefusal(response))) refused.add(spare.request.url, clock.now())
    return response
  }

  /** Waits for the same user's next login, where the app wants that. */
  async function hold(
    refusal: Response,
    spare: SpareRequest | undefined,
    { extend, isWanted }: HoldOptions,
    wait: (waiting: HeldRequests, refused: RefusedRequest) => ReturnType<HeldRequests['untilLogin']>,
  ): Promise<Response> {
    const bytes = held && (await spare?.size())
    const back =
      held && spare && bytes !== undefined ? await wait(held, { request: spare.request, bytes }) : undefined
    const next = back && spare && sessionFor(back, resourceOf?.(spare.request.url))
    // What nobody waits for any more must not take effect an hour later.
    const isDue = spare && next && !spare.request.signal.aborted && (await isWanted())
    if (!isDue) return refusal
    const { session, failure } = await complete({ session: next }, extend)
    if (failure) return unavailable(failure, session, clock.now())
    const ready = successor(session, next)
    return ready ? resend(refusal, spare.request, ready) : refusal
  }

  function resend(refusal: Response, request: Request, session: ActiveSession): Promise<Response> {
    refusal.body?.cancel().catch(() => undefined)
    return send(request, session, session)
  }
}

const REFUSED = { isRefused: true }

interface HoldOptions {
  extend: Extend
  isWanted: () => Promise<boolean>
}

interface ReplayOptions extends HoldOptions {
  /** Whether the token that was refused is still the current one. */
  refreshFirst: boolean
}

/** Whether `session` is the one that `basis` names, dead or alive. */
const isOf = (session: Session, basis: Basis): boolean =>
  session.status !== 'anonymous' && session.sessionId === basis.sessionId

/** The session with which a request goes on that began in `began`. */
const successor = (session: Session, began: ActiveSession): ActiveSession | undefined =>
  mayContinue(session, began, began.tokens.subject) ? session : undefined
