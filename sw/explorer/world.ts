import type { Scenario, ApiFault, StoreFault, TokenFault } from './scenario.ts'
import type { Session } from '../core/session.ts'
import { readStored, RECORD_VERSION } from '../core/stored-session.ts'
import { schedule } from '../core/freshness.ts'
import { Invariants } from './invariants.ts'
import { LockModel } from './lock-model.ts'
import { ServerModel, TOKEN_LIFE, type Family } from './server-model.ts'
import { Simulation, START, type Owner } from './simulation.ts'

/** One life of a service worker. */
export interface WorkerLife extends Owner {
  readonly id: number
  alive: boolean
  /** Changes that other workers have told of and this one has not heard yet. */
  unheard: number
  /** What hears of them. */
  hear: () => void
}

/** What all workers and tabs of the origin share, and the servers behind it. */
export class World {
  readonly scenario: Scenario
  readonly simulation: Simulation
  readonly server: ServerModel
  readonly lock: LockModel
  readonly invariants: Invariants
  readonly workers: WorkerLife[] = []
  readonly faults: { token: TokenFault[]; store: StoreFault[]; api: ApiFault[] } = {
    token: [],
    store: [],
    api: [],
  }
  /** How far the device's clock is off, ms. */
  skew = 0
  /** How long the laptop has slept, ms: no bound can hold meanwhile. */
  slept = 0
  hadStoreFault = false
  hadTokenFault = false
  /** A worker was killed, or lost its database, so that there was something that it could not tell the pages. */
  hadDeath = false
  /** Two versions of the worker were alive at once: what they announce may come in another order than they wrote it. */
  hadTwoVersions = false
  #disk: unknown
  #random: number

  constructor(scenario: Scenario) {
    this.scenario = scenario
    this.simulation = new Simulation(START, scenario.choices)
    this.server = new ServerModel(scenario.reuseWindow, scenario.tellsSubject)
    this.lock = new LockModel(this.simulation)
    this.invariants = new Invariants(this)
    this.#random = scenario.choices.reduce((seed, choice) => (seed * 31 + choice + 1) | 0, 7)
  }

  get disk(): unknown {
    return this.#disk
  }

  set disk(record: unknown) {
    const before = this.session
    this.#disk = record
    this.invariants.stored(before, this.session)
  }

  /** The session in the store, whatever the workers think of it. */
  get session(): Session {
    return readStored(this.#disk)
  }

  /** The family at the server that a session's tokens belong to. */
  familyOf(session: Session): Family | undefined {
    return session.status === 'active' ? this.server.familyOf(session.tokens.refreshToken) : undefined
  }

  /** What the device's clock shows. */
  now(): number {
    return this.simulation.time + this.skew
  }

  random(): number {
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) & 0x7fffffff
    return this.#random / 0x80000000
  }

  /** A user who logged in before the schedule begins. */
  begin(): void {
    const { age, tellsSubject } = this.scenario
    if (age === undefined) return
    const at = START - age * 1000
    const grant = this.server.login('alice', at)
    const tokens = {
      accessToken: grant.access_token,
      refreshToken: grant.refresh_token,
      ...(tellsSubject && { subject: 'alice' }),
      ...schedule(at, TOKEN_LIFE, 0.5),
      answer: { status: 200, body: JSON.stringify(grant) },
    }
    const session: Session = { status: 'active', sessionId: FIRST_SESSION, generation: 1, tokens }
    this.disk = { v: RECORD_VERSION, session }
  }

  takeStoreFault(): StoreFault | undefined {
    const fault = this.faults.store.shift()
    if (fault !== undefined && fault !== 'slow') this.hadStoreFault = true
    return fault
  }

  heal(): void {
    this.faults.token = []
    this.faults.store = []
    this.faults.api = []
  }
}

const FIRST_SESSION = '0123456789abcdef0123456789abcdef'
