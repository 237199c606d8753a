import type { Announcement, AnswerBegun, Command, Reply, SessionInfo } from '../sw/protocol/messages.ts'
import { isObject } from '../sw/protocol/guards.ts'
import type { Inspection } from '../sw/protocol/inspection.ts'
import { isAnswerBegun, isSilentLoginOffered, parseMessage } from '../sw/protocol/parse-message.ts'
import type { AdoptOptions } from './adopt.ts'
import { ask, tell, type Postable } from './ask.ts'
import { TokenBrokerError } from './error.ts'
import { eventFrom, type TokenBrokerEventMap } from './events.ts'
import { watchRegistration } from './watch-registration.ts'
import { keepWarm, type Arm } from './keep-warm.ts'

/** ms; a logout waits a while for the server. */
const LIMIT = 4000
const NUDGE_LIMIT = 20_000
const TRIES = 3

export interface LoginOptions {
  /** Where to go after the login: a path of the app. */
  returnTo?: string | undefined
  /** The authentication context that a step-up asks for (RFC 9470 §4). */
  acrValues?: string | undefined
  /** How long ago the user may have logged in at most, s. */
  maxAge?: number | undefined
  /** Whether the login runs in a window of its own, so that this page stays as it is. */
  popup?: boolean | undefined
}

/** The page's side of the broker. */
export interface TokenBrokerClient {
  /** What a page may know of the session: never a token. @throws TokenBrokerError `timeout` */
  getSession(): Promise<SessionInfo>
  /**
   * Begins a session with tokens that the page has got by itself, from an SDK; the worker needs `acceptTokens: true`.
   * @param tokenResponse as RFC 6749 §5.1 has it, or with the names that the worker's `fields` say
   * @returns the session, in every tab from now on
   * @throws TokenBrokerError `tokens-not-accepted`, `invalid-token-response`, `timeout`
   */
  setSession(tokenResponse: object): Promise<SessionInfo>
  /** Leaves for the `loginUrl` of the worker's options. @throws TokenBrokerError `no-login-url`, `popup-blocked`, `timeout` */
  login(options?: LoginOptions): Promise<void>
  /** What the broker has done lately, for a developer: never a token. @throws TokenBrokerError `timeout` */
  inspect(): Promise<Inspection>
  /** Ends the session in every tab and tells the server. @throws TokenBrokerError `timeout` */
  logout(): Promise<void>
  addEventListener<Type extends keyof TokenBrokerEventMap>(
    type: Type,
    listener: (event: TokenBrokerEventMap[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void
  removeEventListener<Type extends keyof TokenBrokerEventMap>(
    type: Type,
    listener: (event: TokenBrokerEventMap[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void
}

export class Client extends EventTarget {
  readonly name: string
  /** Whom to ask: the controlling worker, once there is one. */
  worker: () => Postable | null = () => null
  readonly #arm: Arm
  /** What the page has been told. */
  #known: string | undefined
  #isLoss = false
  #awake: Promise<(answer: AnswerBegun) => void> | undefined

  /** @param signal ends what listens, for a client that nobody gets */
  constructor(name: string, signal: AbortSignal) {
    super()
    this.name = name
    this.#arm = keepWarm(name, (online) => this.#catchUp(online), signal)
    if (!('serviceWorker' in navigator)) return
    const { serviceWorker } = navigator
    // A page's word is but a hint: the worker looks for itself.
    watchRegistration(() => this.#tell({ type: 'check-registration' }))
    serviceWorker.addEventListener('message', ({ data }) => this.hear(data), { signal })
    // Messages are held back until DOMContentLoaded otherwise.
    serviceWorker.startMessages()
  }

  /** What the worker has posted, or the broker in this page. */
  hear(data: unknown): void {
    if (isAnswerBegun(this.name, data)) this.#stayAwake(data).catch(() => undefined)
    if (isSilentLoginOffered(this.name, data)) this.#logInSilently(data.id).catch(() => undefined)
    const message = parseMessage(this.name, data)
    // A prerendered page must not act; it asks when it is shown.
    if (!message || isPrerendering()) return
    const { v: _v, source: _source, name: _name, ...announcement } = message
    if (announcement.type === 'session-changed') this.#learn(announcement)
    this.#dispatch(announcement)
  }

  getSession(): Promise<SessionInfo> {
    return this.#askForSession({ type: 'get-session', whenDecided: true })
  }

  setSession(tokenResponse: object): Promise<SessionInfo> {
    return this.#askForSession({ type: 'set-session', tokenResponse })
  }

  async #askForSession(command: Command): Promise<SessionInfo> {
    const { session, error } = await this.#ask(command)
    if (error) throw new TokenBrokerError(error.code, error.message)
    if (!session) throw new TokenBrokerError('timeout', 'The store of the session does not answer')
    return session
  }

  async login(options: LoginOptions = {}): Promise<void> {
    const { returnTo, acrValues, maxAge, popup } = options
    // Nobody is kept from a login by a module that a new version of the app has replaced.
    const checking = import('./check-login-options.ts').catch(() => undefined)
    const { loginUrl } = await this.#ask({ type: 'get-session' })
    ;(await checking)?.checkLoginOptions(options)
    if (loginUrl === undefined)
      throw new TokenBrokerError('no-login-url', `login() needs the worker's option 'loginUrl'`)
    const url = new URL(loginUrl)
    const query = { return_to: returnTo, acr_values: acrValues, max_age: maxAge, popup: popup && 1 }
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    if (!popup) location.assign(url)
    // One window, however many refused requests ask for it.
    else if (!open(url, loginUrl, 'popup,width=480,height=640'))
      throw new TokenBrokerError('popup-blocked', 'The browser lets a page open a window on a click alone')
  }

  async inspect(): Promise<Inspection> {
    const { inspection } = await this.#ask({ type: 'inspect' })
    // The panel alone needs to know; a worker of another version may write it otherwise.
    if (!isObject(inspection) || !Array.isArray(inspection.timeline))
      throw new TokenBrokerError('timeout', 'The worker is of a version that cannot be inspected')
    return inspection
  }

  async logout(): Promise<void> {
    const { logoutUrl } = await this.#ask({ type: 'get-session' })
    if (logoutUrl === undefined) await this.#ask({ type: 'logout' })
    else location.assign(logoutUrl)
  }

  /** `EventTarget` cannot say which event has which members; `eventFrom` makes them so. */
  typed(): TokenBrokerClient {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the signatures differ in this alone
    return this as unknown as TokenBrokerClient
  }

  /** Whether `worker` is this broker; the page then knows what the session is. */
  async hello(worker: Postable, limit: number): Promise<boolean> {
    const reply = await ask(worker, this.name, { type: 'get-session', isLanding: true }, limit)
    if (reply && this.#known === undefined) this.#learn(reply)
    else if (reply) this.#tellNews(reply)
    if (reply?.isDone) close()
    if (reply?.goTo) location.replace(reply.goTo)
    return Boolean(reply)
  }

  /** Where the worker says no or nothing, the page's storage stays as it is. */
  async adopt(options: AdoptOptions): Promise<void> {
    // For the apps that need it, and not in the bundle of the others.
    const module = await import('./adopt.ts').catch(() => undefined)
    await module?.adopt(options, async (tokens) => {
      const worker = this.worker()
      // Once: a worker of an older version does not answer, and the next page load tries again.
      const reply = worker && (await ask(worker, this.name, { type: 'adopt', tokens }, LIMIT))
      return reply?.kept
    })
  }

  /** Firefox alone needs it, so the others do not load it. */
  async #stayAwake(answer: AnswerBegun): Promise<void> {
    this.#awake ??= import('./stay-awake.ts').then(({ stayAwake }) =>
      stayAwake(() => this.#tell({ type: 'stay' })),
    )
    const begun = await this.#awake
    begun(answer)
  }

  /** Shows what the worker names, until it has told what came of it. What to show is no message's word but its reply. */
  async #logInSilently(id: string): Promise<void> {
    const worker = this.worker()
    const reply = worker && (await ask(worker, this.name, { type: 'silent-login', id }, LIMIT))
    if (reply?.frame === undefined) return
    const { hiddenFrame } = await import('./hidden-frame.ts')
    // A worker that has died meanwhile learns in this way that the time is over.
    const close = hiddenFrame(reply.frame, () => void this.#catchUp(false))
    this.addEventListener('session-changed', close, { once: true })
  }

  /** Returns whether it is news. */
  #learn({ session, refreshAt }: Pick<Reply, 'session' | 'refreshAt'>): boolean {
    if (!session) return false
    const before = this.#known
    this.#known = JSON.stringify(session)
    this.#arm(refreshAt)
    return before !== this.#known
  }

  /** Makes up for the messages that a page in the back/forward cache or in prerendering has missed. */
  async #catchUp(online: boolean): Promise<void> {
    const worker = this.worker()
    const reply = worker && (await ask(worker, this.name, { type: 'nudge', online }, NUDGE_LIMIT))
    if (reply) this.#tellNews(reply)
  }

  #tellNews(reply: Reply): void {
    const { session, loginUrl } = reply
    if (!this.#learn(reply) || !session) return
    const { reason } = session
    if (reason) this.#dispatch({ type: 'login-required', reason, loginUrl })
    this.#dispatch({ type: 'session-changed', session })
  }

  /** A worker that dies at the wrong moment announces a loss twice; the page is told once. */
  #dispatch(announcement: Announcement): void {
    const isEcho = announcement.type === 'login-required' && this.#isLoss
    if (announcement.type === 'login-required') this.#isLoss = true
    if (announcement.type === 'session-changed')
      this.#isLoss = announcement.session.status === 'login-required'
    if (isEcho) return
    if (announcement.type === 'broker-error') warn(announcement.message)
    const { refreshAt: _, ...members } = { refreshAt: undefined, ...announcement }
    this.dispatchEvent(eventFrom(members))
  }

  #tell(command: Command): void {
    const worker = this.worker()
    if (worker) tell(worker, this.name, command)
  }

  async #ask(command: Command): Promise<Reply> {
    for (let tries = TRIES; tries > 0; tries--) {
      const worker = this.worker()
      const reply = worker && (await ask(worker, this.name, command, LIMIT))
      if (reply) return reply
    }
    throw new TokenBrokerError('timeout', `The service worker did not answer '${command.type}' in time`)
  }
}

export const isPrerendering = (): boolean => 'prerendering' in document && document.prerendering === true

let hasWarned = false

/** Once per page: the first error is what a developer needs, and the events have them all. */
function warn(message: string): void {
  if (hasWarned) return
  hasWarned = true
  // oxlint-disable-next-line no-console -- the one warning
  console.warn(`sw-token-broker: ${message}`)
}
