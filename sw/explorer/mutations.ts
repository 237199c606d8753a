import type { Authorizer } from '../authorize-request.ts'
import type { ActiveSession, Basis, Session } from '../core/session.ts'
import type { Announcer, Change, Clock, RefreshLock, SessionStore, TokenEndpoint } from '../platform/ports.ts'
import type { Refresher } from '../refresh-session.ts'
import type { SessionKeeper } from '../session-keeper.ts'
import type { Invariant } from './invariants.ts'
import type { FOCI } from './scenario.ts'

/** A fault put into the product on purpose: wrappers around its parts that take a safeguard away. */
export interface Mutation {
  /** What the explorer must find. */
  breaks?: Invariant
  /** Where it looks. */
  focus?: keyof typeof FOCI
  lock?: (lock: RefreshLock) => RefreshLock
  store?: (store: SessionStore) => SessionStore
  clock?: (clock: Clock) => Clock
  endpoint?: (endpoint: TokenEndpoint) => TokenEndpoint
  announcer?: (announcer: Announcer, clock: Clock) => Announcer
  authorize?: (authorize: Authorizer) => Authorizer
  refresher?: (make: () => Refresher) => Refresher
  /** Of the refresher, and of the logout. */
  refresherKeeper?: (keeper: SessionKeeper) => SessionKeeper
  logoutKeeper?: (keeper: SessionKeeper) => SessionKeeper
  /** Of what answers protected requests. */
  requests?: (keeper: SessionKeeper, refresher: Refresher) => { keeper: SessionKeeper; refresher: Refresher }
  /** Whether the workers do not hear of each other's changes. */
  isDeaf?: boolean
}

/** The product as it is. */
export const NONE: Mutation = {}

const never = <T>(): Promise<T> => new Promise(() => undefined)

const noLock = (): RefreshLock => ({ run: (_, critical) => critical() })

/** @param change gives the same object for the same session, so that "nothing has changed" stays visible */
function storeWith(
  store: SessionStore,
  change: (session: Session) => Session,
  apply: SessionStore['apply'] = (event) => store.apply(event),
): SessionStore {
  const changed = ({ before, after }: Change): Change => ({ before: change(before), after: change(after) })
  return {
    get cached() {
      return store.cached && change(store.cached)
    },
    load: async () => changed(await store.load()),
    apply: async (event) => changed(await apply(event)),
    written: () => store.written(),
  }
}

const asItIs = (session: Session): Session => session

function forgetJournal(): (session: Session) => Session {
  const forgotten = new WeakMap<Session, Session>()
  return (session) => {
    if (session.status !== 'active' || session.refreshStartedAt === undefined) return session
    const { refreshStartedAt: _, ...rest } = session
    const known = forgotten.get(session) ?? rest
    forgotten.set(session, known)
    return known
  }
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'no lock': { breaks: 'at most one refresh in flight', focus: 'versions', lock: noLock },

  'no lock, no single flight': {
    breaks: 'at most one refresh in flight',
    lock: noLock,
    refresher: (make) => ({ refresh: (...input) => make().refresh(...input) }),
  },

  'no re-read under the lock': {
    breaks: 'no refresh token is sent twice unless its answer was lost',
    refresherKeeper(keeper) {
      let known: Session | undefined
      return {
        ...keeper,
        current: () => Promise.resolve(keeper.current()).then((session) => (known = session)),
        dispatch: async (event) => {
          const before = known
          const session = await keeper.dispatch(event)
          return event.type === 'refresh-started' && before ? before : session
        },
      }
    },
  },

  'no compare-and-set': {
    breaks: 'a logout is final',
    store: (store) =>
      storeWith(store, asItIs, async (event) => {
        if (event.type !== 'refreshed') return store.apply(event)
        const { after } = await store.load()
        return after.status === 'active'
          ? store.apply({ ...event, basis: after })
          : store.apply({ type: 'logged-in', sessionId: event.basis.sessionId, tokens: event.tokens })
      }),
  },

  'no journal': {
    breaks: 'with a reuse window no death loses a session',
    focus: 'deaths',
    store: (store) => storeWith(store, forgetJournal()),
  },

  'no sessionId check': {
    breaks: 'no request carries a token of another session',
    requests(keeper, refresher) {
      const real = new WeakMap<Basis, Basis>()
      const disguised = <T extends Session>(session: T): T => {
        if (session.status === 'anonymous') return session
        const disguise = { ...session, sessionId: 'any' }
        if ('generation' in disguise) real.set(disguise, session)
        return disguise
      }
      return {
        keeper: {
          ...keeper,
          current: () => Promise.resolve(keeper.current()).then(disguised),
          until: (accept, signal) => keeper.until(accept, signal).then(disguised),
        },
        refresher: {
          refresh: async (basis, ...input) => {
            const outcome = await refresher.refresh(real.get(basis) ?? basis, ...input)
            return { ...outcome, session: disguised(outcome.session) }
          },
        },
      }
    },
  },

  'logout not stored': {
    breaks: 'a logout is final',
    logoutKeeper: (keeper) => ({
      ...keeper,
      change: async () => {
        const session = await keeper.current()
        return { before: session, after: session }
      },
    }),
  },

  'a logout with whatever access token there is': {
    breaks: 'a logout ends the session at the server',
    endpoint: (endpoint) => ({
      ...endpoint,
      revoke: (session, send) => endpoint.revoke({ ...session, refreshStartedAt: 0 }, send),
    }),
  },

  'memory never invalidated': {
    breaks: 'a logout is final',
    focus: 'versions',
    isDeaf: true,
  },

  'a transient failure taken for a refusal': {
    breaks: 'a session is only lost if the server refused it',
    endpoint: (endpoint) => ({
      ...endpoint,
      refresh: async (session: ActiveSession) => {
        const result = await endpoint.refresh(session)
        return result.type === 'failed' ? { type: 'rejected' } : result
      },
    }),
  },

  'a transient failure answered 401': {
    breaks: 'no page gets a 401 that a refresh could cure',
    authorize: (authorize) => async (request, asker) => {
      const response = await authorize(request, asker)
      return response.status === 503 ? new Response(null, { status: 401 }) : response
    },
  },

  'replays without end': {
    breaks: 'no request is sent more than twice',
    authorize: (authorize) => async (request, asker) => {
      for (let tries = 3; tries > 0; tries--) {
        const response = await authorize(request.clone(), asker)
        if (response.status !== 401) return response
      }
      return authorize(request, asker)
    },
  },

  'no time limit': {
    breaks: 'every request settles within its bound',
    clock: (clock) => ({ ...clock, within: (_, promise) => promise }),
  },

  'a back-off without end': {
    breaks: 'after the faults every live session works',
    store: (store) =>
      storeWith(store, asItIs, (event) =>
        store.apply(
          event.type === 'refresh-failed'
            ? { ...event, backOff: { ...event.backOff, until: Number.MAX_SAFE_INTEGER } }
            : event,
        ),
      ),
  },

  'the lock is never freed': {
    breaks: 'after the faults every live session works',
    lock: (lock) => ({
      run: (limit, critical) =>
        lock.run(limit, async () => {
          await critical()
          return never()
        }),
    }),
  },

  'announcements lost': {
    breaks: 'one login-required per lost session',
    announcer: () => ({ post: async () => undefined }),
  },

  'announcements doubled, the second late': {
    breaks: 'one login-required per lost session',
    announcer: (announcer, clock) => ({
      post: async (announcements) => {
        await announcer.post(announcements)
        void clock.within(20_000, never()).then(() => announcer.post(announcements))
      },
    }),
  },

  'only losses are announced': {
    breaks: 'every page learns what the session is',
    announcer: (announcer) => ({
      post: (announcements) => announcer.post(announcements.filter(({ type }) => type === 'login-required')),
    }),
  },

  'a hold that nothing ends': {
    breaks: 'a held request goes out when its user is back',
    focus: 'holding',
    requests: (keeper, refresher) => ({ keeper: { ...keeper, until: never }, refresher }),
  },
}
