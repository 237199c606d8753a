import { placeholderFor } from '../core/placeholder.ts'
import {
  MESSAGE_SOURCE,
  PROTOCOL_VERSION,
  type Announcement,
  type Command as BrokerCommand,
} from '../protocol/messages.ts'
import { parseReply } from '../protocol/parse-message.ts'
import type { Dispatch, PageRequest } from './dispatch.ts'
import { contentOfAnswer } from './light-fetch.ts'
import type { Mutation } from './mutations.ts'
import { requestOf } from './network.ts'
import { Tab } from './tab.ts'
import { ORIGIN, startWorker, type LiveWorker } from './worker.ts'
import type { World } from './world.ts'

/** How long a page waits for a reply, ms (see `client/token-broker-client.ts`). */
const ASK_LIMIT = 4000
const NUDGE_LIMIT = 20_000
const TRIES = 3

/** Tabs and workers, and what the browser does between them. */
export class Browser {
  readonly tabs: readonly Tab[]
  readonly requests: PageRequest[] = []
  /** What pages keep of the last token answer: a placeholder. */
  placeholder: string | undefined
  readonly #world: World
  readonly #mutation: Mutation
  readonly #live: LiveWorker[] = []
  /** Messages on their way from a worker to a tab keep their order. */
  readonly #mail = new Map<string, (() => void)[]>()

  constructor(world: World, mutation: Mutation) {
    this.#world = world
    this.#mutation = mutation
    this.tabs = [new Tab(0, world), new Tab(1, world)]
    const { session } = world
    if (session.status === 'active')
      this.placeholder = placeholderFor(session.tokens.refreshToken ?? '', 'refresh', session, false)
  }

  get live(): readonly LiveWorker[] {
    return this.#live
  }

  /** A new version of the worker takes over; the old one finishes what it has begun. */
  update(): LiveWorker {
    const worker = startWorker(
      this.#world,
      (from, announcements) => this.#post(from, announcements),
      this.#mutation,
    )
    this.#world.simulation.note(() => `  w${worker.id} starts`)
    this.#live.push(worker)
    if (this.#live.length > 1) this.#world.hadTwoVersions = true
    for (const old of this.#live) this.#letGo(old)
    return worker
  }

  /** @param oldest rather than the one that gets the events */
  kill(oldest: boolean): void {
    const worker = oldest ? this.#live[0] : this.#live.at(-1)
    if (worker) this.#end(worker)
  }

  fetch(
    tab: number,
    method: PageRequest['method'],
    path: string,
    body?: string,
    onAnswer: PageRequest['onAnswer'] = () => undefined,
  ): PageRequest {
    const request: PageRequest = {
      id: this.requests.length + 1,
      tab,
      method,
      path,
      body,
      after: this.#world.invariants.loggedOut(),
      dispatches: 0,
      status: undefined,
      onAnswer,
    }
    this.requests.push(request)
    this.#dispatch(request)
    return request
  }

  get isLoginUnderWay(): boolean {
    return this.requests.some(({ path, status }) => path === '/auth/login' && status === undefined)
  }

  logout(tab: number): void {
    const isTold = this.#world.invariants.logoutAsked(this.isLoginUnderWay)
    const ask = (tries: number): void => {
      if (tries > 0) this.#ask(tab, { type: 'logout' }, ASK_LIMIT, isTold, () => ask(tries - 1))
    }
    ask(TRIES)
  }

  nudge(tab: number, online: boolean): void {
    const learn = (data: unknown): void => {
      const session = parseReply('default', data)?.session
      if (session) this.tabs[tab]?.catchUp(session)
    }
    this.#ask(tab, { type: 'nudge', online }, NUDGE_LIMIT, learn, () => undefined)
  }

  #dispatch(request: PageRequest): void {
    const { simulation, slept, invariants } = this.#world
    const worker = this.#live.at(-1) ?? this.update()
    const dispatch: Dispatch = {
      request,
      worker,
      name: `${request.method} ${request.path} (${request.id}.${++request.dispatches}, w${worker.id})`,
      startedAt: simulation.time,
      sleptBefore: slept,
      apiTime: 0,
      began: undefined,
      login: undefined,
      sent: 0,
    }
    simulation.note(() => `  ${dispatch.name} is dispatched`)
    worker.pending.add(dispatch)
    const settle = (status: number, body: string): void => {
      simulation.note(() => `  ${dispatch.name} settles: ${status}`)
      worker.pending.delete(dispatch)
      request.status = status
      invariants.settled(dispatch, status)
      request.onAnswer(status, body)
      this.#letGo(worker)
    }
    worker.fetch(requestOf(dispatch, ORIGIN + request.path), dispatch).then(
      (response) => settle(response.status, contentOfAnswer(response)),
      () => settle(0, ''),
    )
  }

  #ask(
    tab: number,
    command: BrokerCommand,
    limit: number,
    onReply: (data: unknown) => void,
    onTimeout: () => void,
  ): void {
    const worker = this.#live.at(-1) ?? this.update()
    const { simulation } = this.#world
    let isOver = false
    const callOff = simulation.timer(limit, `tab ${tab} waited too long for a reply`, () => {
      isOver = true
      onTimeout()
    })
    const reply = (data: unknown): void =>
      this.#deliver(worker, tab, 'reply', () => {
        if (isOver) return
        callOff()
        onReply(data)
      })
    void simulation.step(`${command.type} reaches w${worker.id}`, worker).then(() => {
      worker.message({ v: PROTOCOL_VERSION, source: MESSAGE_SOURCE, name: 'default', ...command }, reply)
    })
  }

  #post(worker: LiveWorker, announcements: readonly Announcement[]): void {
    for (const announcement of announcements)
      for (const tab of this.tabs)
        this.#deliver(worker, tab.id, announcement.type, () => tab.receive(announcement))
  }

  #deliver(worker: LiveWorker, tab: number, label: string, hand: () => void): void {
    const way = `${worker.id}>${tab}`
    const mail = this.#mail.get(way) ?? []
    this.#mail.set(way, mail)
    mail.push(hand)
    void this.#world.simulation.step(`tab ${tab} gets ${label}`).then(() => mail.shift()?.())
  }

  /** The browser ends an old version that has nothing left to do. */
  #letGo(worker: LiveWorker): void {
    if (worker === this.#live.at(-1) || !worker.alive) return
    void this.#world.simulation.step(`w${worker.id} is replaced`, worker).then(() => {
      if (worker.pending.size === 0 && worker.busy === 0) this.#end(worker)
    })
  }

  #end(worker: LiveWorker): void {
    const { simulation, lock, invariants } = this.#world
    simulation.note(() => `  w${worker.id} dies`)
    worker.alive = false
    worker.diedAt = simulation.time
    this.#live.splice(this.#live.indexOf(worker), 1)
    invariants.died(worker)
    lock.died(worker)
    for (const { request, name } of worker.pending)
      void simulation.step(`${name} again`).then(() => {
        if (request.dispatches < 2) return this.#dispatch(request)
        request.status = 0
        simulation.note(() => `  ${name} fails with its worker`)
        request.onAnswer(0, '')
      })
  }
}
