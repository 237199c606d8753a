import type { Announcement } from './protocol/messages.ts'
import { tokenAcceptor } from './accept-tokens.ts'
import { commandAnswerer, type CommandAnswerer } from './answer-commands.ts'
import { requestAnswerer, type Flows } from './answer-request.ts'
import { authorizer } from './authorize-request.ts'
import { isProtected, type RequestPolicy } from './core/request-policy.ts'
import type { Circumstances } from './core/session-info.ts'
import { logoutCommand } from './end-session.ts'
import { requestHolder } from './hold-requests.ts'
import { judge as answerJudge } from './judge-answer.ts'
import { withCrossOriginHint } from './cross-origin-hint.ts'
import { recorder } from './recorder.ts'
import { resolveOptions, type TokenBrokerOptions } from './options.ts'
import { purgeCaches } from './platform/app-caches.ts'
import { systemClock } from './platform/clock.ts'
import { openDatabase } from './platform/database.ts'
import type { Announcer, Asker, Fetch, RefreshLock, TokenEndpoint } from './platform/ports.ts'
import { inTurn } from './in-turn.ts'
import { withHelp } from './protocol/help.ts'
import { sessionStore } from './platform/session-store.ts'
import { refresher as refreshFlow } from './refresh-session.ts'
import { sessionKeeper, type SessionKeeper } from './session-keeper.ts'
import { registrationWatch } from './watch-registration.ts'

/** Where a broker runs: in a service worker, or in a page that cannot have one. */
export interface Host {
  fetch: Fetch
  announcer: (name: string) => Announcer
  lock: (name: string) => RefreshLock
  /** Takes over the pages that it does not control. */
  claim: () => Promise<void>
  /** Whether a script has unregistered the worker; undefined where there is none. */
  isUnregistered?: () => Promise<boolean>
}

/** A broker without the events that bring it requests and messages. */
export interface BrokerCore {
  name: string
  policy: RequestPolicy
  isOurs: (request: Request) => boolean
  /** Undefined for a request that must be left alone. */
  answer: (request: Request, asker: Asker) => Promise<Response> | undefined
  command: CommandAnswerer
  /** A call of the host's own. */
  fetchWithSession: (request: Request) => Promise<Response>
}

/** @throws TypeError naming an option that is missing, unknown or of the wrong type */
export function brokerCore(options: TokenBrokerOptions, host: Host): BrokerCore {
  const { policy, auth, isExpired, name, storage, tokenRequestTimeout, waitTimeout, replayLimit, ...hold } =
    resolveOptions(options)
  const { carriers, byCookie } = auth
  const { reveal = false } = policy
  const formats = {
    login: { ...auth.formats.login, reveal },
    refresh: { ...auth.formats.refresh, reveal },
  }
  const scope = `sw-token-broker:${name}`
  const clock = systemClock
  const record = recorder(clock)
  const fetch = record.fetch(host.fetch)

  const channel = host.announcer(name)
  const announcer = record.announcer({ post: (announcements) => channel.post(announcements.map(withHelp)) })
  const report = (announcement: Announcement): void => void announcer.post([announcement])
  const database = openDatabase(scope)
  // First of what takes long, as it reads the session from another process.
  const store = record.store(
    sessionStore({
      name: scope,
      database,
      clock,
      keepTokens: storage === 'indexeddb',
      onFault: () => report(STORE_UNAVAILABLE),
      onForeignChange: () => keeper.changed(),
      onLateWrite: (change) => keeper.announce(change),
    }),
  )
  const judge = isExpired && answerJudge(isExpired, clock, report)
  const lock = host.lock(scope)
  const turn = inTurn(byCookie ? lock : undefined, waitTimeout)
  const { endpoint, send, navigate, land, silentLogin } = auth.connect({
    name,
    clock,
    fetch,
    judge,
    timeout: tokenRequestTimeout,
    database,
    report,
  })
  const ownUrl = (path: string | undefined): string | undefined => path && new URL(path, location.origin).href
  const loginUrl = hold.loginUrl ?? ownUrl(auth.reserved?.login)
  const circumstances: Circumstances = { loginUrl, canRefresh: (tokens) => endpoint.canRefresh(tokens) }
  const keeper: SessionKeeper = sessionKeeper(
    store,
    announcer,
    circumstances,
    () =>
      clock.within(
        PURGE_LIMIT,
        purgeCaches((place) => isProtected(policy, place)),
      ),
    silentLogin,
  )
  const common = {
    ...auth,
    name,
    clock,
    fetch,
    judge,
    reveal,
    circumstances,
    endpoint: {
      ...endpoint,
      revoke: ((...logout) => turn(() => endpoint.revoke(...logout))) satisfies TokenEndpoint['revoke'],
    },
    turn,
    keeper,
  }
  const refresher = refreshFlow({ ...common, lock, waitLimit: waitTimeout })
  const ports = { ...common, refresher, formats }
  const pages = auth.pageFlows?.(ports)
  const plainSend = withCrossOriginHint(send ?? ((request) => fetch(request)), report)
  const authorize = authorizer({
    ...ports,
    fetch: pages?.renewing(plainSend) ?? plainSend,
    resourceOf: auth.resources?.of,
    hold: record.hold(
      hold.whenLoginRequired === 'hold'
        ? requestHolder(keeper, clock, hold.holdTimeout)
        : silentLogin?.holder(keeper),
    ),
    replayLimit,
  })
  // What is in memory alone ends with the worker, and the page would have given its tokens away.
  const isKept = storage === 'indexeddb' || byCookie
  const flows: Flows = { pass: fetch, authorize, pages, navigate }
  const { isOurs, answer } = requestAnswerer(policy, carriers, keeper, flows)
  // A worker's own call has no placeholder to be told by: to call with the session is to ask for its token.
  const own = requestAnswerer({ ...policy, attach: 'add' }, carriers, keeper, flows)
  const { isUnregistered } = host
  const watch = isUnregistered && registrationWatch({ ...ports, isUnregistered })
  let isRetired = false
  const command = commandAnswerer({
    ...ports,
    claim: host.claim,
    inspect: (session) => record.inspection(session, circumstances),
    retire: () => {
      isRetired = true
    },
    accept: hold.acceptTokens ? tokenAcceptor({ ...ports, format: auth.formats.login }) : undefined,
    logout: logoutCommand(ports),
    logoutUrl: ownUrl(auth.reserved?.logout),
    land,
    adopt: isKept ? pages?.adopt : undefined,
    silentLogin,
    checkRegistration: watch?.look,
  })
  return {
    name,
    policy,
    isOurs: (request) => !isRetired && isOurs(request),
    answer(request, asker) {
      const answered = isRetired ? undefined : answer(request, asker)
      const response = answered && record.answer(request, asker, answered)
      if (response) watch?.lookSeldom(response, asker.extend)
      return response
    },
    command,
    fetchWithSession: (request) => (isRetired ? undefined : own.answer(request, NOBODY)) ?? fetch(request),
  }
}

/** How long a logout, or the login of another user, waits for the caches, ms. */
const PURGE_LIMIT = 2000

/** Whoever calls from the worker itself keeps it alive by what it waits for. */
const NOBODY: Asker = { extend: () => undefined, isWanted: async () => true }

const STORE_UNAVAILABLE = {
  type: 'broker-error',
  code: 'store-unavailable',
  message: 'IndexedDB does not answer or refuses to write. The session is kept in memory.',
} as const
