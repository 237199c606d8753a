import { classifyTokenError } from '../core/token-error.ts'
import { schedule } from '../core/freshness.ts'
import type { ActiveSession, RefreshFailure } from '../core/session.ts'
import type { Database } from '../platform/database.ts'
import type { Clock, RefreshResult, TokenEndpoint } from '../platform/ports.ts'
import { sendLogout } from '../platform/send-logout.ts'
import type { Exchange } from './exchanges.ts'

import type { World, WorkerLife } from './world.ts'

/** ms */
const TOKEN_REQUEST_TIMEOUT = 10_000

export const clockOf = (world: World, worker: WorkerLife): Clock => ({
  now: () => world.now(),
  random: () => world.random(),
  within: (ms, promise) =>
    new Promise((resolve, reject) => {
      const callOff = world.simulation.timer(ms, 'time limit', () => resolve(undefined), worker)
      promise.finally(callOff).then(resolve, reject)
    }),
})

/** An IDBRequest or IDBTransaction as far as `promisifyRequest` knows it. */
const settled = (result: unknown): object => ({
  result,
  set onsuccess(tell: () => void) {
    tell()
  },
})

/**
 * The disk. A transaction happens at one moment, as far as others can see; when, and when its worker learns of it, is
 * the scheduler's choice. Those of one connection happen and end in the order in which they were asked for.
 */
export function databaseOf(world: World, worker: WorkerLife): Database {
  const { simulation } = world
  let last: Promise<unknown> = Promise.resolve()
  /** A transaction waits for those before it, whatever their connection, and so does the news of it. */
  let told = Promise.resolve()
  const reopen = (): void => {
    last = Promise.resolve()
  }

  const transact: Database['use'] = async (mode, callback) => {
    const fault = world.takeStoreFault()
    if (fault) simulation.note(() => `  store: ${fault}`)
    await simulation.step(`w${worker.id} store: ${mode}`, worker)
    if (fault === 'slow') await simulation.pause(1000, 'store: slow', worker)
    if (fault === 'stalled') await simulation.pause(5000, 'store: stalled', worker)
    if (fault === 'never') await new Promise(() => undefined)
    if (fault === 'broken') throw new Error('The connection to the database was lost')

    const transaction = {
      committed: Promise.resolve(),
      set oncomplete(tell: () => void) {
        if (fault !== 'quota') void this.committed.then(tell)
      },
      get error() {
        return new Error('QuotaExceededError')
      },
      set onerror(tell: () => void) {
        if (fault === 'quota') void simulation.step(`w${worker.id} store: aborted`, worker).then(tell)
      },
    }
    const objects = {
      transaction,
      get: () => settled(world.disk),
      put: (record: unknown) => {
        if (fault !== 'quota') world.disk = record
        const tell = (): Promise<void> => simulation.step(`w${worker.id} store: committed`, worker)
        transaction.committed =
          fault === 'late' ? simulation.pause(5000, 'store: late', worker) : (told = told.then(tell))
      },
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of an IDBObjectStore that the store uses
    return callback(objects as unknown as IDBObjectStore)
  }

  return {
    use(mode, callback) {
      const result = last.then(() => transact(mode, callback))
      last = result.catch(reopen)
      return result
    },
    reopen,
  }
}

export function endpointOf(world: World, worker: WorkerLife, clock: Clock): TokenEndpoint {
  const { simulation, server, invariants } = world

  const exchange = async (
    refreshToken: string,
    resource: string | undefined,
    record: Exchange,
  ): Promise<RefreshResult> => {
    const fault = world.faults.token.shift()
    if (fault) simulation.note(() => `  token endpoint: ${fault}`)
    await simulation.step('token request arrives')
    if (fault === 'slow') await simulation.pause(2000, 'token endpoint: slow')
    if (fault === 'slow-before') await simulation.pause(12_000, 'token endpoint: slow')
    if (fault === '503' || fault === '429' || fault === 'html') {
      await simulation.step('token answer', worker)
      return refused(fault === 'html' ? 200 : Number(fault), fault === '429' ? 5000 : 0)
    }
    const grant = fault === 'cut-before' ? undefined : server.refresh(refreshToken, simulation.time, resource)
    if (grant) record.successor = grant.refresh_token
    simulation.note(() => `  the server ${grant ? `gives ${grant.refresh_token}` : 'gives nothing'}`)
    if (fault === 'slow-after') await simulation.pause(12_000, 'token endpoint: slow')
    if (fault === 'unanswered') await new Promise(() => undefined)
    await simulation.step('token answer', worker)
    if (fault === 'cut-before' || fault === 'cut-after') return failed('network', 'refresh-unreachable')
    if (!grant) return refused(400, 0, 'invalid_grant')
    return {
      type: 'tokens',
      tokens: {
        accessToken: grant.access_token,
        refreshToken: grant.refresh_token,
        ...(world.scenario.tellsSubject && { subject: grant.user }),
        ...schedule(clock.now(), grant.expires_in, clock.random()),
        answer: { status: 200, body: JSON.stringify(grant) },
      },
    }
  }

  const logout = async ({ tokens }: ActiveSession): Promise<Response> => {
    await simulation.step('logout arrives')
    const status = server.logout(tokens.refreshToken, tokens.accessToken, simulation.time)
    await simulation.step(`logout answered ${status}`, worker)
    return new Response(null, { status })
  }

  const endpoint: TokenEndpoint = {
    canRefresh: ({ refreshToken }) => refreshToken !== undefined,
    async refresh({ tokens: { refreshToken = '' }, resource }: ActiveSession) {
      simulation.note(() => `  w${worker.id} sends ${refreshToken}`)
      const record = invariants.exchanges.add(worker, refreshToken)
      const result = await clock.within(TOKEN_REQUEST_TIMEOUT, exchange(refreshToken, resource, record))
      record.outcome = result === undefined ? 'lost' : outcomeOf(result)
      return result ?? failed('network', 'refresh-unreachable')
    },
    revoke: (session, send = logout) => sendLogout(session, send, endpoint, clock),
  }
  return endpoint
}

function outcomeOf(result: RefreshResult): Exchange['outcome'] {
  if (result.type !== 'failed') return result.type
  return result.failure.kind === 'network' ? 'lost' : 'later'
}

function refused(status: number, retryAfter: number, error?: string): RefreshResult {
  const outcome = classifyTokenError(status, error)
  return outcome.type === 'rejected' ? outcome : { ...outcome, retryAfter }
}

const failed = (kind: RefreshFailure['kind'], code: string): RefreshResult => ({
  type: 'failed',
  failure: { kind, code, message: '' },
  retryAfter: 0,
})
