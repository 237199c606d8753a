import * as oauth from 'oauth4webapi'
import { readAttempts, withAttempt, withoutAttempt, type LoginAttempt } from './core/login-attempt.ts'
import type { Navigation, ReservedPaths } from './core/request-policy.ts'
import type { LostSession, TokenSet } from './core/session.ts'
import { SILENT_LOGIN_LIMIT } from './core/silent-login.ts'
import { confirmed, REVOKE_WAIT } from './end-session.ts'
import type { AuthorizationServer } from './platform/authorization-server.ts'
import { loginFailedPage, popupDonePage, redirect } from './platform/login-page.ts'
import type { Clock } from './platform/ports.ts'
import type { RecordStore } from './platform/record-store.ts'
import { returnPath } from './platform/return-path.ts'
import { newSessionId } from './platform/session-id.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface NavigationPorts {
  server: AuthorizationServer
  records: RecordStore
  clock: Clock
  clientId: string
  scope: string
  reserved: ReservedPaths
  postLogoutPath: string
  /** Further parameters of the authorization request. */
  parameters: Readonly<Record<string, string>>
  /** The APIs that the login asks for (RFC 8707 §2.1). */
  resources: readonly string[]
}

const ATTEMPTS = 'login-attempts'

/** Answers the navigations of a login or logout: no page of the app ever sees a code. */
export function navigationAnswerer(ports: NavigationPorts) {
  const { server, records, clock, clientId, scope, reserved, postLogoutPath, parameters, resources } = ports
  const own = (path: string): string => new URL(path, location.origin).href
  const redirectUri = own(reserved.callback)
  const wantsIdToken = scope.split(' ').includes('openid')

  return {
    async navigate(url: URL, path: Navigation, keeper: SessionKeeper): Promise<Response> {
      if (path === 'framed-callback') return framedCallback(url, keeper)
      try {
        if (path === 'login') return await login(url.searchParams)
        return path === 'logout' ? await logout(url.searchParams, keeper) : await callback(url, keeper)
      } catch (cause) {
        return failed(keeper, cause, path === 'login' ? againFor(url.searchParams) : '')
      }
    },
    /** The address of a login that shows nothing to anybody. */
    silentAddress: ({ sessionId }: LostSession): Promise<string> =>
      begin({ returnTo: '/', isPopup: false, silentFor: sessionId }, new URLSearchParams({ prompt: 'none' })),
  }

  /** @param again the query of the link that begins the same login anew */
  async function failure(
    keeper: SessionKeeper,
    message: string,
    error?: string | null,
    again = '',
  ): Promise<Response> {
    await keeper.tell({ type: 'broker-error', code: 'login-failed', message, error: error ?? undefined })
    return loginFailedPage(message, reserved.login + again)
  }

  function failed(keeper: SessionKeeper, cause: unknown, again: string): Promise<Response> {
    const error = cause instanceof oauth.AuthorizationResponseError ? cause.error : undefined
    return failure(keeper, reasonOf(cause), error, again)
  }

  async function login(query: URLSearchParams): Promise<Response> {
    const maxAge = query.get('max_age')
    const address = await begin(
      {
        returnTo: returnPath(query.get('return_to'), location.origin),
        maxAge: maxAge !== null && /^\d+$/.test(maxAge) ? Number(maxAge) : undefined,
        isPopup: query.get('popup') === '1',
        again: againFor(query),
      },
      query,
    )
    return redirect(address)
  }

  /** @returns the address of the authorization request (RFC 6749 §4.1.1) */
  async function begin(
    login: Omit<LoginAttempt, 'codeVerifier' | 'nonce' | 'startedAt'>,
    query: URLSearchParams,
  ): Promise<string> {
    const metadata = await server.metadata()
    if (metadata.authorization_endpoint === undefined)
      throw new Error('The server names no authorization_endpoint')
    const state = oauth.generateRandomState()
    const attempt: LoginAttempt = {
      ...login,
      codeVerifier: oauth.generateRandomCodeVerifier(),
      nonce: oauth.generateRandomNonce(),
      startedAt: clock.now(),
    }
    await records.update(ATTEMPTS, (stored) => withAttempt(readAttempts(stored, clock.now()), state, attempt))

    const target = new URL(metadata.authorization_endpoint)
    const request: Record<string, string> = {
      ...parameters,
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
      ...(wantsIdToken && { nonce: attempt.nonce }),
    }
    for (const [name, value] of Object.entries(request)) target.searchParams.set(name, value)
    for (const resource of resources) target.searchParams.append('resource', resource)
    for (const name of ['acr_values', 'max_age', 'prompt', 'login_hint']) {
      const value = query.get(name)
      if (value !== null) target.searchParams.set(name, value)
    }
    return target.href
  }

  async function callback(url: URL, keeper: SessionKeeper): Promise<Response> {
    const state = url.searchParams.get('state') ?? ''
    const attempt = await take(state, ({ silentFor }) => silentFor === undefined)
    if (!attempt) {
      // Repeated by a reload or the history: the login is done already.
      if ((await keeper.current()).status === 'active') return redirect('/')
      const error = url.searchParams.get('error')
      const refused = error !== null && /^\w+$/.test(error) ? `The login was refused: ${error}` : undefined
      return failure(
        keeper,
        refused ?? 'This login was not begun in this browser, or it has expired',
        refused && error,
      )
    }
    try {
      const tokens = await exchange(url, state, attempt)
      await keeper.dispatch({ type: 'logged-in', sessionId: newSessionId(), tokens })
    } catch (cause) {
      return failed(keeper, cause, attempt.again ?? '')
    }
    return attempt.isPopup ? popupDonePage() : redirect(attempt.returnTo)
  }

  /** The end of a silent login. The frame stays empty, so that no page can read its address, whoever has made it. */
  async function framedCallback(url: URL, keeper: SessionKeeper): Promise<Response> {
    const state = url.searchParams.get('state') ?? ''
    const attempt = await take(state, ({ silentFor }) => silentFor !== undefined)
    const silentFor = attempt?.silentFor
    if (attempt && silentFor !== undefined && clock.now() - attempt.startedAt < SILENT_LOGIN_LIMIT)
      try {
        const sessionId = newSessionId()
        const tokens = await exchange(url, state, attempt)
        const session = await keeper.dispatch({ type: 'logged-in', sessionId, tokens, replaces: silentFor })
        // The user has logged in or out meanwhile.
        if (session.status !== 'active' || session.sessionId !== sessionId) await server.revoke(tokens)
      } catch {
        await keeper.dispatch({ type: 'silent-login-ended', basis: { sessionId: silentFor, generation: 0 } })
      }
    return new Response(null, { status: 204 })
  }

  function exchange(
    url: URL,
    state: string,
    { nonce, maxAge, codeVerifier }: LoginAttempt,
  ): Promise<TokenSet> {
    const expectedNonce = wantsIdToken ? nonce : undefined
    return server.exchange(url, { state, nonce: expectedNonce, maxAge, codeVerifier, redirectUri })
  }

  /**
   * A `state` is good for one callback, of however many that arrive at once.
   * @param isMeant whether the attempt may end here
   */
  async function take(
    state: string,
    isMeant: (attempt: LoginAttempt) => boolean,
  ): Promise<LoginAttempt | undefined> {
    let taken: LoginAttempt | undefined
    await records.update(ATTEMPTS, (stored) => {
      const attempts = readAttempts(stored, clock.now())
      const { attempt, rest } = withoutAttempt(attempts, state)
      taken = attempt && isMeant(attempt) ? attempt : undefined
      return taken ? rest : attempts
    })
    return taken
  }

  async function logout(query: URLSearchParams, keeper: SessionKeeper): Promise<Response> {
    const { before } = await keeper.change({ type: 'logged-out' })
    const returnTo = query.has('return_to')
      ? returnPath(query.get('return_to'), location.origin)
      : postLogoutPath
    if (before.status === 'anonymous') return redirect(returnTo)
    const tokens = before.status === 'active' ? before.tokens : undefined
    if (tokens) await clock.within(REVOKE_WAIT, confirmed(keeper, server.revoke(tokens)))
    // A lost session is over here alone: the server would let whoever comes next in as this user.
    const metadata = await clock.within(
      REVOKE_WAIT,
      server.metadata().catch(() => undefined),
    )
    const endSession = metadata?.end_session_endpoint
    if (endSession === undefined) return redirect(returnTo)
    const target = new URL(endSession)
    if (tokens?.idToken !== undefined) target.searchParams.set('id_token_hint', tokens.idToken)
    target.searchParams.set('client_id', clientId)
    target.searchParams.set('post_logout_redirect_uri', own(returnTo))
    return redirect(target.href)
  }
}

/** What a person who tries again asks for once more; `prompt` may be what has failed. */
function againFor(query: URLSearchParams): string {
  const again = new URLSearchParams(query)
  again.delete('prompt')
  return again.size > 0 ? `?${again.toString()}` : ''
}

function reasonOf(cause: unknown): string {
  if (cause instanceof oauth.AuthorizationResponseError)
    return ['The login was refused', cause.error, cause.error_description].filter(Boolean).join(': ')
  const detail = cause instanceof Error ? cause.message : String(cause)
  const isNetwork =
    cause instanceof TypeError || (cause instanceof DOMException && cause.name === 'TimeoutError')
  return isNetwork ? `The authorization server cannot be reached (${detail})` : detail
}
