import type { ActiveSession, Session } from '../core/session.ts'
import { describe } from './describe.ts'
import type { Dispatch } from './dispatch.ts'
import { Exchanges } from './exchanges.ts'
import type { Family } from './server-model.ts'
import type { World, WorkerLife } from './world.ts'

export const INVARIANTS = [
  'no refresh token is sent twice unless its answer was lost',
  'at most one refresh in flight',
  'no request carries a token of another session',
  'no request is sent more than twice',
  'every request settles within its bound',
  'no page gets a 401 that a refresh could cure',
  'a logout is final',
  'a logout ends the session at the server',
  'one login-required per lost session',
  'every page learns what the session is',
  'a session is only lost if the server refused it',
  'with a reuse window no death loses a session',
  'after the faults every live session works',
  'a held request goes out when its user is back',
] as const

export type Invariant = (typeof INVARIANTS)[number]

export interface Violation {
  invariant: Invariant
  detail: string
}

/** How long a request waits for lock and refresh together, ms. */
export const WAIT_LIMIT = 15_000
/** ms */
export const HOLD_LIMIT = 120_000
/** The longest for which an address cools down (see `refused-addresses.ts`), ms. */
const COOL_DOWN = 60_000
/** What transactions that do not answer may add, ms. */
const STORE_LIMITS = 12 * 3000

/** Watches what crosses the ports. The first violation counts; what follows from it says nothing new. */
export class Invariants {
  violation: Violation | undefined
  /** How often a session was lost, or an anonymous user was found to need a login. */
  losses = 0
  readonly exchanges: Exchanges
  /** Sessions that a page was told to be logged out. */
  readonly #loggedOut = new Set<Family>()
  /** Those that are not in the store any more, and must not come back. */
  readonly #ended = new Set<Family>()
  /** Those that a logout has taken out of the store. */
  readonly #left = new Set<Family>()
  /** Those whose login was answered, or stored before any fault. */
  readonly #begun = new Set<Family>()
  readonly #world: World
  #endings = 0
  /** When another session than before came to be in the store. */
  #changedAt = 0
  readonly #began: Dispatch[] = []
  /** What has been in the store, one after the other. */
  readonly #history: Session[] = []
  /** When which address refused a replay. */
  readonly #refusedAt = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
    this.exchanges = new Exchanges(world)
  }

  broken(invariant: Invariant, detail: string): void {
    this.#world.simulation.note(() => `VIOLATION of '${invariant}': ${detail}`)
    this.violation ??= { invariant, detail }
  }

  /** A user has asked for a logout, or has cleared the site's data. */
  endingAsked(): void {
    this.#endings++
  }

  stored(before: Session, after: Session): void {
    const world = this.#world
    const from = world.familyOf(before)
    const to = world.familyOf(after)
    world.simulation.note(() => `  disk: ${describe(before)} → ${describe(after)}`)
    this.exchanges.stored(after)
    if (to && this.#ended.has(to)) this.broken('a logout is final', `${describe(after)} is back in the store`)
    if (to && !world.hadStoreFault) this.#begun.add(to)
    if (from && from !== to && !this.#mayComeBack(from)) this.#ended.add(from)
    if (from && after.status === 'anonymous') this.#left.add(from)
    if (from !== to) this.#changedAt = world.simulation.time
    if (!isSame(before, after)) this.#history.push(after)
    if (from && after.status === 'anonymous' && this.#endings === 0)
      this.broken('a session is only lost if the server refused it', 'Nobody has logged out')
    const isLoss = after.status === 'login-required' && before.status !== 'login-required'
    const isNotice = after.status === 'anonymous' && after.noticed
    if (isLoss || (isNotice && !(before.status === 'anonymous' && before.noticed))) this.losses++
    // Several late events may be written at once: then the session that was lost is another.
    if (isLoss && before.status === 'active' && before.sessionId === after.sessionId) this.#lost(before, from)
  }

  /**
   * While the store does not answer, a login that is under way may be stored, ended, and be stored again when it is
   * answered: to its page it came last. Nor is a session that lives in memory among the data that a user clears.
   */
  #mayComeBack(family: Family): boolean {
    const { hadStoreFault, disk } = this.#world
    return hadStoreFault && (!this.#begun.has(family) || disk === undefined)
  }

  #lost(before: ActiveSession, family: Family | undefined): void {
    const { server, simulation, scenario } = this.#world
    if (!family) return
    const { refreshToken = '' } = before.tokens
    if (server.honours(refreshToken, simulation.time))
      this.broken('a session is only lost if the server refused it', `${refreshToken} is honoured`)
    if (family.diedOf === 'reuse' && scenario.reuseWindow > 0)
      this.exchanges.checkDeaths(refreshToken, family, this.#began)
  }

  began(dispatch: Dispatch, session: Session): void {
    dispatch.began = session
    this.#began.push(dispatch)
  }

  hasEnded(family: Family): boolean {
    return this.#ended.has(family)
  }

  died(worker: WorkerLife): void {
    this.exchanges.died(worker, this.#began.length)
  }

  /** A protected request leaves for the API. */
  sent(dispatch: Dispatch, accessToken: string | undefined): void {
    const { server, scenario } = this.#world
    const { began, name, request, worker } = dispatch
    if (++dispatch.sent > 2) this.broken('no request is sent more than twice', name)
    const family = server.familyOf(accessToken)
    if (!family) return
    const wanted = began && server.familyOf(began.status === 'active' ? began.tokens.accessToken : undefined)
    const subject = began?.status === 'login-required' ? began.subject : wanted?.subject
    const isSameUser = scenario.tellsSubject && subject === family.user
    if (family !== wanted && !isSameUser)
      this.broken('no request carries a token of another session', `${name} carries ${accessToken ?? ''}`)
    if (request.after.has(family) && worker.unheard === 0)
      this.broken('a logout is final', `${name} was made after the logout and carries ${accessToken ?? ''}`)
  }

  /** What a request that a page makes now must not be sent with. */
  loggedOut(): ReadonlySet<Family> {
    return new Set(this.#loggedOut)
  }

  /**
   * A page asks for a logout.
   * @param isLoginUnderWay whether a page waits for a login, which may turn out to come after
   * @returns what to do when it is told that it is logged out
   */
  logoutAsked(isLoginUnderWay: boolean): () => void {
    this.endingAsked()
    const family = this.#world.familyOf(this.#world.session)
    return () => {
      const { session, hadStoreFault } = this.#world
      if (!family || (isLoginUnderWay && hadStoreFault)) return
      if (this.#world.familyOf(session) !== family) this.#loggedOut.add(family)
      else if (!hadStoreFault) this.broken('a logout is final', `${describe(session)} is still in the store`)
    }
  }

  /**
   * Access tokens are dead that were good a moment ago: whoever is logging out with one has bad luck, and so has who sleeps
   * while the logout is on its way.
   */
  expired(): void {
    this.#left.clear()
  }

  /** Once nothing goes on any more. Who told the server may have died, or not have got through. */
  checkLogouts(): void {
    const { hadDeath, hadStoreFault, hadTokenFault } = this.#world
    if (hadDeath || hadStoreFault || hadTokenFault) return
    for (const { alive, user } of this.#left)
      if (alive) this.broken('a logout ends the session at the server', `that of ${user} lives on`)
  }

  settled(dispatch: Dispatch, status: number): void {
    const { began, name, login } = dispatch
    const { simulation, hadStoreFault, slept, scenario } = this.#world
    if (login) this.#begun.add(login)
    const took = simulation.time - dispatch.startedAt - (slept - dispatch.sleptBefore) - dispatch.apiTime
    const bound =
      2 * WAIT_LIMIT + (hadStoreFault ? STORE_LIMITS : 0) + (scenario.hold ? HOLD_LIMIT : 0) + 1000
    if (took > bound) this.broken('every request settles within its bound', `${name} took ${took} ms`)
    if (status !== 401 || !began || hadStoreFault) return
    const { path } = dispatch.request
    // A second 401 is passed on: there must be an end (DESIGN, "What a response means"). Nor is an address that has
    // just refused a brand-new token worth a refresh.
    if (dispatch.sent > 1) this.#refusedAt.set(path, simulation.time)
    else if (simulation.time > (this.#refusedAt.get(path) ?? 0) + COOL_DOWN) this.#refused(dispatch, began)
  }

  /** A page gets a 401: was there really nothing to be had? */
  #refused({ name, sleptBefore }: Dispatch, began: Session): void {
    const { server, session, simulation, scenario, slept } = this.#world
    if (session.status !== 'active' || began.status === 'anonymous') return
    const isSame = session.sessionId === began.sessionId
    if (isSame && server.familyOf(session.tokens.refreshToken)?.alive === true)
      this.broken('no page gets a 401 that a refresh could cure', name)
    // Who sleeps may hear of the login when the time limit is over.
    const isLate = simulation.time - this.#changedAt < 1000 || sleptBefore !== slept
    if (!scenario.hold || !this.#isBack(began) || isLate) return
    if (server.honours(session.tokens.refreshToken, simulation.time))
      this.broken('a held request goes out when its user is back', name)
  }

  /** Whether the session was lost, and nothing but its user's next login has come since. */
  #isBack(began: Session): boolean {
    const since = this.#history.slice(this.#history.findLastIndex((session) => isSame(session, began)) + 1)
    const login = since.pop()
    const [loss, ...more] = began.status === 'login-required' ? [began] : since
    const isLost = loss?.status === 'login-required' && more.length === 0
    return isLost && login?.status === 'active' && login.tokens.subject === (loss.subject ?? '')
  }
}

/** Whether nothing but refreshes lies between the two. */
const isSame = (a: Session, b: Session): boolean =>
  a.status === b.status && (a.status === 'anonymous' || ('sessionId' in b && a.sessionId === b.sessionId))
