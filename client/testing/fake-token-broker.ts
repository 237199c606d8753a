import type { Inspection } from '../../sw/protocol/inspection.ts'
import type { Announcement, SessionInfo } from '../../sw/protocol/messages.ts'
import { eventFrom } from '../events.ts'
import type { LoginOptions, TokenBrokerClient } from '../token-broker-client.ts'
import { sessionIn, type SessionDetails, type SessionState } from './states.ts'

/** A client without a worker, with the events of a real one, and what a test wants to know and do. */
export interface FakeTokenBroker extends TokenBrokerClient {
  /** Puts the session in another state, and tells the listeners as the worker would. */
  become(state: SessionState, details?: SessionDetails): void
  /** Tells the listeners of anything else: a step-up, a `broker-error`. */
  announce(announcement: Announcement): void
  /** What the app has called so far. */
  readonly calls: FakeCalls
}

export interface FakeCalls {
  login: LoginOptions[]
  logout: number
  setSession: object[]
}

/**
 * For unit tests of an app, in place of what `registerTokenBroker` resolves with.
 * @param state of the session at first
 */
export function fakeTokenBroker(
  state: SessionState = 'anonymous',
  details: SessionDetails = {},
): FakeTokenBroker {
  const fake = new Fake(sessionIn(state, details))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `EventTarget` cannot say which event has which members
  return fake as unknown as FakeTokenBroker
}

class Fake extends EventTarget {
  readonly calls: FakeCalls = { login: [], logout: 0, setSession: [] }
  #session: SessionInfo

  constructor(session: SessionInfo) {
    super()
    this.#session = session
  }

  async getSession(): Promise<SessionInfo> {
    return this.#session
  }

  async setSession(tokenResponse: object): Promise<SessionInfo> {
    this.calls.setSession.push(tokenResponse)
    this.become('logged-in')
    return this.#session
  }

  async inspect(): Promise<Inspection> {
    return { session: this.#session, worker: 'fake', timeline: [] }
  }

  async login(options: LoginOptions = {}): Promise<void> {
    this.calls.login.push(options)
  }

  async logout(): Promise<void> {
    this.calls.logout++
    this.become('anonymous')
  }

  become(state: SessionState, details: SessionDetails = {}): void {
    this.#session = sessionIn(state, details)
    const { reason } = this.#session
    if (reason !== undefined) this.announce({ type: 'login-required', reason })
    this.announce({ type: 'session-changed', session: this.#session })
  }

  announce(announcement: Announcement): void {
    this.dispatchEvent(eventFrom(announcement))
  }
}
