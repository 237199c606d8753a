// What the token endpoint's side of the story says: which answers were lost, when refreshes failed, what came twice.
import type { Journal } from './journal.ts'
import { clockTime } from './journal.ts'
import type { TokenRequest } from './token-requests.ts'

/** A worker that was killed so long before (ms) may have sent a request that only arrives now. */
const ARRIVING = 100
/** A worker that is killed so soon after the answer (ms) may not have stored it yet. */
const STORING = 150
/** How much later than its back-off says a refresh may come: the next call has to come first, ms. */
const SLACK = 2000
const BACK_OFF_FIRST = 500
const BACK_OFF_CAP = 45_000

/** Whether the worker cannot be expected to have the answer: the connection broke, or the worker died. */
const isLost = (request: TokenRequest, journal: Journal): boolean =>
  (request.status === 0 && isOver(request)) ||
  journal.during(request.arrivedAt - ARRIVING, request.closedAt + STORING, 'kill').length > 0

/**
 * Since when the session hangs on the server's reuse window: the first use of a refresh token whose successor is lost.
 * No death may outlast that window, as no client could survive it.
 */
export function lostSince(requests: readonly TokenRequest[], journal: Journal): number | undefined {
  let since: number | undefined
  for (const request of requests.toReversed()) {
    if (request.outcome !== 'rotated') continue
    if (!isLost(request, journal)) break
    since = request.arrivedAt
  }
  return since
}

/** Whether refreshes were failing at some moment between the two, so that an expired token could not be replaced. */
export function wasFailing(
  requests: readonly TokenRequest[],
  journal: Journal,
  from: number,
  until: number,
): boolean {
  let failures = 0
  // An answer that died with its worker says neither.
  const settled = requests.filter(
    (request) => isOver(request) && !(isGood(request) && isLost(request, journal)),
  )
  return settled.some((request, index) => {
    failures = isGood(request) ? 0 : failures + 1
    if (failures === 0) return false
    // The next request succeeds and ends it, or fails and goes on with it.
    const next = settled[index + 1]?.closedAt ?? Number.POSITIVE_INFINITY
    const end = Math.min(endOfBackOff(request, failures), next + STORING)
    return request.arrivedAt <= until && end >= from
  })
}

const isOver = ({ closedAt }: TokenRequest): boolean => closedAt !== Number.POSITIVE_INFINITY
const isGood = ({ status, outcome }: TokenRequest): boolean => status === 200 && outcome === 'rotated'

const isKilled = ({ arrivedAt, closedAt }: TokenRequest, journal: Journal): boolean =>
  journal.during(arrivedAt - ARRIVING, closedAt, 'kill').length > 0

const endOfBackOff = ({ closedAt, retryAfter }: TokenRequest, failures: number): number =>
  closedAt + Math.max(retryAfter, Math.min(BACK_OFF_CAP, BACK_OFF_FIRST * 2 ** (failures - 1))) + SLACK

export interface Repeats {
  /** Refresh tokens that came again although the answer to their first use was not lost, or came beside another. */
  unexplained: { what: string; request: TokenRequest }[]
  /** Refresh tokens that came again after a lost answer. */
  afterLoss: number
}

/** Looks for refreshes that were one too many. */
export function repeatsIn(requests: readonly TokenRequest[], journal: Journal): Repeats {
  const unexplained: Repeats['unexplained'] = []
  let afterLoss = 0
  const last = new Map<string, TokenRequest>()
  let previous: TokenRequest | undefined
  for (const request of requests) {
    const { refreshToken, arrivedAt } = request
    if (previous && previous.closedAt > arrivedAt && !isKilled({ ...previous, closedAt: arrivedAt }, journal))
      unexplained.push({
        what: `two refreshes at once: ${describe(previous)} and ${describe(request)}`,
        request,
      })
    previous = request
    if (refreshToken === undefined) continue
    const before = last.get(refreshToken)
    last.set(refreshToken, request)
    if (!before) continue
    if (isLost(before, journal)) afterLoss++
    else
      unexplained.push({
        what: `a refresh token came twice: ${describe(before)} and ${describe(request)}`,
        request,
      })
  }
  return { unexplained, afterLoss }
}

export const describe = ({ arrivedAt, closedAt, status, outcome }: TokenRequest): string =>
  `${clockTime(arrivedAt)} token request: ${outcome ?? 'fault'}, status ${status} (${closedAt - arrivedAt} ms)`
