import { adopter } from '../adopt-session.ts'
import { loginAnswerer } from '../answer-login.ts'
import { logoutAnswerer } from '../answer-logout.ts'
import { refreshAnswerer } from '../answer-refresh.ts'
import { logoutCommand } from '../end-session.ts'
import { commandAnswerer } from '../answer-commands.ts'
import { authorizer } from '../authorize-request.ts'
import { RFC_FIELDS } from '../core/token-response.ts'
import type { Circumstances } from '../core/session-info.ts'
import { requestHolder } from '../hold-requests.ts'
import { logoutBody } from '../platform/json-token-endpoint.ts'
import { problemResponse } from '../platform/problem-response.ts'
import { sessionStore, StoreStalled } from '../platform/session-store.ts'
import type { Announcement } from '../protocol/messages.ts'
import type { Extend } from '../platform/ports.ts'
import { refresher as refreshFlow } from '../refresh-session.ts'
import { sessionKeeper, type SessionKeeper } from '../session-keeper.ts'
import type { Dispatch } from './dispatch.ts'
import { HOLD_LIMIT, WAIT_LIMIT } from './invariants.ts'
import type { Mutation } from './mutations.ts'
import { clockOf, databaseOf, endpointOf } from './ports.ts'
import { globalFetch, send } from './network.ts'
import { resourceOf } from './server-model.ts'
import type { World, WorkerLife } from './world.ts'

/** A worker that runs, wired as `createTokenBroker` wires one. */
export interface LiveWorker extends WorkerLife {
  /** What it was asked and has not answered. */
  readonly pending: Set<Dispatch>
  /** How much it was asked to stay alive for (`waitUntil`). */
  busy: number
  diedAt: number | undefined
  fetch(request: Request, dispatch: Dispatch): Promise<Response>
  message(data: unknown, reply: (data: unknown) => void): void
}

export const ORIGIN = 'https://app.example'
const NAME = 'default'
const CARRIERS = { headers: ['Authorization'], scheme: 'Bearer', query: [] }
const REPLAY_LIMIT = 64

/** Which worker a `BroadcastChannel` is made for; the store makes its own while the worker starts. */
let starting: { world: World; worker: LiveWorker } | undefined

export class ChannelModel {
  onmessage: (() => void) | undefined
  readonly #world: World
  readonly #worker: LiveWorker

  constructor() {
    if (!starting) throw new Error('No worker is starting')
    this.#world = starting.world
    this.#worker = starting.worker
    this.#worker.hear = () => this.onmessage?.()
  }

  postMessage(): void {
    for (const other of this.#world.workers)
      if (other !== this.#worker && other.alive) {
        other.unheard++
        void this.#world.simulation.step(`w${other.id} hears of a change`, other).then(() => {
          other.unheard--
          other.hear()
        })
      }
  }
}

/** @param post delivers announcements to the pages */
export function startWorker(
  world: World,
  post: (worker: LiveWorker, announcements: readonly Announcement[]) => void,
  mutation: Mutation,
): LiveWorker {
  const worker: LiveWorker = {
    id: world.workers.length + 1,
    alive: true,
    unheard: 0,
    hear: () => undefined,
    diedAt: undefined,
    pending: new Set(),
    busy: 0,
    fetch: () => Promise.reject(new TypeError('not started')),
    message: () => undefined,
  }
  world.workers.push(worker)
  starting = { world, worker }
  const { simulation, invariants, scenario } = world

  const clock = mutation.clock?.(clockOf(world, worker)) ?? clockOf(world, worker)
  const realEndpoint = endpointOf(world, worker, clock)
  const endpoint = mutation.endpoint?.(realEndpoint) ?? realEndpoint
  const circumstances: Circumstances = {
    loginUrl: `${ORIGIN}/login`,
    canRefresh: (tokens) => endpoint.canRefresh(tokens),
  }
  let lastPost = Promise.resolve()
  const realAnnouncer = {
    post(announcements: readonly Announcement[]): Promise<void> {
      if (announcements.length > 0)
        lastPost = lastPost
          .then(() => simulation.step(`w${worker.id} announces`, worker))
          .then(() => post(worker, announcements))
      return lastPost
    },
  }
  const announcer = mutation.announcer?.(realAnnouncer, clock) ?? realAnnouncer
  const realStore = sessionStore({
    name: NAME,
    clock,
    keepTokens: true,
    onFault: () => {
      world.hadStoreFault = true
    },
    onForeignChange: () => keeper.changed(),
    onLateWrite: (change) => keeper.announce(change),
    database: databaseOf(world, worker),
  })
  const store = mutation.store?.(realStore) ?? realStore
  starting = undefined
  if (mutation.isDeaf === true) worker.hear = () => undefined
  const keeper: SessionKeeper = sessionKeeper(store, announcer, circumstances)
  const lock = mutation.lock?.(world.lock.port(worker)) ?? world.lock.port(worker)

  // The first thing that the authorizer does, at once, is to ask for the session.
  let asking: Dispatch | undefined
  const watched: SessionKeeper = {
    ...keeper,
    current() {
      const session = keeper.current()
      const dispatch = asking
      asking = undefined
      if (!dispatch) return session
      if (!(session instanceof Promise)) {
        invariants.began(dispatch, session)
        return session
      }
      return session.then((loaded) => {
        invariants.began(dispatch, loaded)
        return loaded
      })
    },
  }

  const makeRefresher = () =>
    refreshFlow({
      keeper: mutation.refresherKeeper?.(keeper) ?? keeper,
      lock,
      endpoint,
      clock,
      waitLimit: WAIT_LIMIT,
    })
  const refresher = mutation.refresher?.(makeRefresher) ?? makeRefresher()
  const forRequests = mutation.requests?.(watched, refresher) ?? { keeper: watched, refresher }
  const realAuthorize = authorizer({
    ...forRequests,
    endpoint,
    clock,
    fetch: (request) => send(world, request),
    resourceOf,
    ...(scenario.hold && { hold: requestHolder(forRequests.keeper, clock, HOLD_LIMIT) }),
    carriers: CARRIERS,
    replayLimit: REPLAY_LIMIT,
  })
  const authorize = mutation.authorize?.(realAuthorize) ?? realAuthorize
  const format = {
    fields: { ...RFC_FIELDS, ...(scenario.tellsSubject && { subject: 'user' }) },
    expiresInUnit: 's' as const,
  }
  const login = loginAnswerer({ keeper, clock, fetch: globalFetch, format, carriers: CARRIERS })
  const refresh = refreshAnswerer({
    keeper,
    refresher,
    clock,
    fetch: globalFetch,
    format,
    carriers: CARRIERS,
    byCookie: false,
  })
  const logoutKeeper = mutation.logoutKeeper?.(keeper) ?? keeper
  const logoutPorts = { keeper: logoutKeeper, endpoint, clock, byCookie: false }
  const logout = logoutAnswerer({
    ...logoutPorts,
    fetch: globalFetch,
    carriers: CARRIERS,
    logoutBody: ({ tokens }) => JSON.stringify(logoutBody(RFC_FIELDS.request, tokens)),
  })
  const command = commandAnswerer({
    name: NAME,
    circumstances,
    keeper,
    refresher,
    clock,
    logout: logoutCommand(logoutPorts),
    claim: async () => undefined,
    retire: () => undefined,
    inspect: () => ({ session: { status: 'anonymous' }, worker: '', timeline: [] }),
    adopt: adopter({ keeper, clock, format }),
  })

  const extend: Extend = (promise) => {
    worker.busy++
    const end = (): void => void worker.busy--
    promise.then(end, end)
  }
  const answer = (request: Request, dispatch: Dispatch): Promise<Response> => {
    switch (dispatch.request.path) {
      case '/auth/login':
        return login(request)
      case '/auth/refresh':
        return refresh(request, extend)
      case '/auth/logout':
        return logout(request)
      default:
        asking = dispatch
        return authorize(request, { extend, isWanted: async () => true })
    }
  }
  worker.fetch = (request, dispatch) =>
    answer(request, dispatch).catch((cause: unknown) => {
      if (!(cause instanceof StoreStalled)) throw cause
      return problemResponse({ kind: 'http', code: 'store-unavailable', message: cause.message }, 1)
    })
  worker.message = (data, reply) => {
    const answered = command(data, undefined, extend)
    if (answered) extend(answered.then(reply))
  }
  return worker
}
