// Decides of each call whether it went as it must, and if not, which fault of that time explains it.
import type { CallKind, Outcome } from './calls.ts'
import type { Journal } from './journal.ts'
import type { Logins } from './logins.ts'
import type { TokenRequest } from './token-requests.ts'
import { wasFailing } from './token-trouble.ts'
import { IN_TAKEOVER } from './worker-killer.ts'

export interface Call {
  kind: CallKind
  id: string
  tab: string
  /** ms since the epoch, as the script saw them: the page's own begin and end lie between. */
  from: number
  until: number
  outcome: Outcome
}

export type Cause =
  | 'page reloaded or closed'
  | 'logged out meanwhile'
  | 'worker killed twice or more'
  | 'worker killed once'
  | 'token endpoint failing'
  /** The server closes its idle connections when it begins to cut some off, and a request may just be on its way. */
  | 'connection cut'
  /**
   * Chromium 156: a worker that dies while a new version takes over leaves some pages with a controller that gets no
   * fetch event any more, until they are reloaded. A worker without any library suffers the same.
   */
  | 'Chromium past the worker'

export type Verdict =
  { type: 'ok' } | { type: 'explained'; cause: Cause } | { type: 'violation'; what: string }

export interface Evidence {
  journal: Journal
  logins: Logins
  tokenRequests: readonly TokenRequest[]
  /** The calls that Chromium did not give to the worker. */
  bypassed: ReadonlySet<string>
}

/** How soon after a kill a call that broke with the worker has ended, ms. */
const AT_ONCE = 250

const OK: Verdict = { type: 'ok' }
const explained = (cause: Cause): Verdict => ({ type: 'explained', cause })
const violation = (what: string): Verdict => ({ type: 'violation', what })

export function judge(call: Call, evidence: Evidence): Verdict {
  const { outcome, from, until, tab } = call
  const { journal, logins } = evidence
  if (outcome.type === 'answer' && outcome.status === 200) return judgeAnswer(call, logins)
  if (outcome.type === 'hung') return violation('a call was never answered')
  if (journal.during(from, until, 'page', tab).length > 0) return explained('page reloaded or closed')
  if (evidence.bypassed.has(call.id))
    return diedInTakeover(journal, loadOf(call, journal), until)
      ? explained('Chromium past the worker')
      : violation('a call went past the worker')
  switch (outcome.type) {
    case 'interrupted':
      return violation(`a page went away by itself: ${outcome.message}`)
    case 'rejected':
      return judgeRejection(outcome.message, call, evidence)
    case 'answer':
      return judgeRefusal(outcome.status, outcome.code, call, evidence)
  }
}

/** How long before a page was loaded its worker may have died, ms. */
const TAKEOVER = 20_000

const diedInTakeover = (journal: Journal, since: number, until: number): boolean =>
  journal.during(since - TAKEOVER, until, 'kill').some(({ note }) => note.includes(IN_TAKEOVER))

/** When the call's page was loaded. */
const loadOf = ({ tab, from }: Call, journal: Journal): number =>
  journal.during(0, from, 'page', tab).at(-1)?.from ?? 0

function judgeAnswer({ outcome, from, until }: Call, logins: Logins): Verdict {
  if (outcome.type !== 'answer') return OK
  if (outcome.isWrongBody === true) return violation('a body reached the server that is not what was sent')
  const user = logins.throughout(from, until)
  const other = outcome.users.find((name) => user !== undefined && name !== user)
  return other === undefined ? OK : violation(`wrong user: ${user}'s call was answered for ${other}`)
}

function judgeRefusal(status: number, code: string | undefined, call: Call, evidence: Evidence): Verdict {
  const { from, until } = call
  if (status === 401)
    return evidence.logins.throughout(from, until) === undefined
      ? explained('logged out meanwhile')
      : violation('lost session: a 401 within one login')
  if (status === 503 && code !== undefined && isFailing(call, evidence))
    return explained('token endpoint failing')
  return violation(`an unexplained ${status}${code === undefined ? '' : ` (${code})`}`)
}

/** Chromium dispatches the requests of a killed worker once more, unless the answer's body was on its way. */
function judgeRejection(message: string, call: Call, evidence: Evidence): Verdict {
  const { kind, from, until } = call
  // An image and an event stream do not tell a 401 from other failures.
  const mayBeRefusal = kind === 'image' || kind === 'events'
  if (mayBeRefusal && evidence.logins.throughout(from, until) === undefined)
    return explained('logged out meanwhile')
  const kills = evidence.journal.during(from, until, 'kill')
  if (kills.length > 1) return explained('worker killed twice or more')
  if (isFailing(call, evidence)) return explained('token endpoint failing')
  // Dispatched again it would have ended well, so it must have ended with the worker.
  const isAtOnce = kills.some((kill) => until <= kill.until + AT_ONCE)
  if (kills.length === 1 && (kind === 'events' || isAtOnce)) return explained('worker killed once')
  if (wasCut(call, evidence)) return explained('connection cut')
  return violation(`an unexplained rejection: ${message}`)
}

const wasCut = ({ from, until }: Call, { journal }: Evidence): boolean =>
  journal.during(from - AT_ONCE, until, 'cut').length > 0

const isFailing = ({ from, until }: Call, { tokenRequests, journal }: Evidence): boolean =>
  wasFailing(tokenRequests, journal, from, until)
