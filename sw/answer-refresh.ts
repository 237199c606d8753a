import { loginAnswerer } from './answer-login.ts'
import type { Carriers } from './core/carriers.ts'
import { freshness } from './core/freshness.ts'
import { basisOf, hasPlaceholder } from './core/placeholder.ts'
import { isSameSession, type ActiveSession, type Basis } from './core/session.ts'
import { tokenHolders } from './core/token-holders.ts'
import { contentOf } from './platform/request-content.ts'
import type { Clock, Extend, Fetch } from './platform/ports.ts'
import { placeholdersOf } from './platform/request-facts.ts'
import { rememberedResponse, type AnswerFormat } from './platform/token-answer.ts'
import type { Refresher } from './refresh-session.ts'
import type { SessionKeeper } from './session-keeper.ts'
import { unavailable } from './unavailable.ts'

export interface RefreshAnswererPorts {
  keeper: SessionKeeper
  refresher: Refresher
  clock: Clock
  fetch: Fetch
  format: AnswerFormat
  carriers: Carriers
  /** Whether the refresh token is in a cookie, so that a page's own refresh shows no placeholder. */
  byCookie: boolean
}

/** For so long after a refresh the other tabs that ask for one get its tokens, ms. */
const SHARED_FOR = 15_000

/**
 * Answers a page's own refresh. One that shows a placeholder never reaches the server: it gets what is in the store
 * where the session has moved on since, or else the outcome of the one shared refresh.
 */
export function refreshAnswerer(ports: RefreshAnswererPorts) {
  const { keeper, refresher, clock, fetch, format, carriers, byCookie } = ports
  /** A refresh that is the app's own business, of a session from before the broker, is as good as a login. */
  const capture = loginAnswerer({ keeper, clock, fetch, format, carriers })
  const holders = tokenHolders()

  /** The session and generation that the page wants to replace; undefined where it shows nothing of ours. */
  const shown = (request: Request, text: string): Basis | undefined =>
    basisOf(text) ?? basisOf(placeholdersOf(request, carriers)) ?? basisOf(request.url)

  /** Whether the page is to have what there is already, without a token request. */
  const isNews = (session: ActiveSession, basis: Basis, page: string): boolean => {
    const { tokens, generation } = session
    const state = freshness(tokens, clock.now())
    if (generation !== basis.generation) return state !== 'expired'
    const isRecent = clock.now() - tokens.receivedAt < SHARED_FOR
    return isRecent && state === 'fresh' && holders.areOthers(session, page)
  }

  return async (request: Request, extend: Extend, page = ''): Promise<Response> => {
    const { text } = await contentOf(request)
    const session = await keeper.current()
    const basis = shown(request, text) ?? (byCookie && session.status === 'active' ? session : undefined)
    if (!basis) return capture(request)

    if (!isSameSession(session, basis)) return sessionIsOver()
    await remember(session, request, text)
    if (isNews(session, basis, page) && session.tokens.answer) return answerFrom(session, page)
    const outcome = await refresher.refresh(session, extend)
    if (outcome.failure) return unavailable(outcome.failure, outcome.session, clock.now())
    return isSameSession(outcome.session, basis) ? answerFrom(outcome.session, page) : sessionIsOver()
  }

  function answerFrom(session: ActiveSession, page: string): Response {
    holders.note(session, page)
    return rememberedResponse(session.tokens, session, format, clock.now())
  }

  /** A server may want a form that only the page knows how to fill (see `refreshRequest`). */
  async function remember(session: ActiveSession, request: Request, text: string): Promise<void> {
    const headers = [...request.headers].filter(
      ([name, value]) =>
        !hasPlaceholder(value) && !carriers.headers.some((carrier) => carrier.toLowerCase() === name),
    )
    const { url, method } = request
    const { lastRequest: last } = session
    if (last?.url === url && last.method === method && last.body === text) return
    const recorded = { url, method, headers, body: text }
    await keeper.dispatch({ type: 'page-refresh', sessionId: session.sessionId, request: recorded })
  }
}

/** As a server says it (RFC 6749 §5.2); 401 is what the interceptors of apps look for. */
const sessionIsOver = (): Response =>
  Response.json({ error: 'invalid_grant' }, { status: 401, headers: { 'Cache-Control': 'no-store' } })
