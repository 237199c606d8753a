import type { SeenRequest } from '../../demo-server/stats.ts'
import type { SeenByServer } from '../test-server.ts'
import type { Call, Evidence, Verdict } from './judge.ts'
import { clockTime, traceOf } from './journal.ts'
import type { Tabs } from './tabs.ts'
import { describe, repeatsIn } from './token-trouble.ts'
import { IN_TAKEOVER } from './worker-killer.ts'

/** ms before and after a violation that its trace shows. */
const TRACE = 5000
/** Of one kind; a lost session makes thousands. */
const SHOWN = 3

/** What happened, in numbers, and what should not have. */
export class Report {
  readonly seed: number
  readonly #evidence: Evidence
  readonly #statuses = new Map<string, number>()
  readonly #kinds = new Map<string, number>()
  readonly #causes = new Map<string, number>()
  readonly #messages = new Map<string, number>()
  readonly #violations = new Map<string, number>()
  /** What happened around the first ones of each kind. */
  readonly #traces: string[] = []
  #calls = 0
  #server: SeenByServer | undefined
  #starts = 0
  #afterLoss = 0

  constructor(seed: number, evidence: Evidence) {
    this.seed = seed
    this.#evidence = evidence
  }

  get kills(): number {
    return this.#evidence.journal.count('kill')
  }

  get calls(): number {
    return this.#calls
  }

  /** Each kind once, with how often it was seen. */
  get violations(): string[] {
    return [...this.#violations].map(([what, times]) => `${what} × ${times}`)
  }

  /** @param seen by the server, for the traces */
  add(call: Call, verdict: Verdict, seen: readonly SeenRequest[]): void {
    const { outcome, kind, id } = call
    this.#calls++
    count(this.#kinds, kind)
    count(this.#statuses, outcome.type === 'answer' ? String(outcome.status) : outcome.type)
    if (verdict.type === 'explained') count(this.#causes, verdict.cause)
    if (verdict.type === 'violation')
      this.#violate(verdict.what, call.from, call.until, [
        `${kind} ${id}: ${JSON.stringify(outcome)}`,
        ...seen.filter(({ path }) => path.endsWith(id)).map(seenBy),
      ])
  }

  /** A message of the worker: no session is ever lost here, so it may never ask for a login, except between two. */
  hear(message: unknown): void {
    const { source, type, reason, code } = textsOf(message)
    if (source !== 'sw-token-broker' || type === undefined) return
    count(this.#messages, [type, reason, code].filter((part) => part !== undefined).join(' '))
    if (type !== 'login-required') return
    const now = Date.now()
    const isBetween = reason === 'no-session' && !this.#evidence.logins.throughout(now - 1000, now)
    if (!isBetween) this.#violate(`lost session: login-required, ${reason}`, now, now)
  }

  /** Something that must be possible at any time was not. */
  fail(what: string): void {
    this.#violate(what, Date.now(), Date.now())
  }

  /** After the last fault every tab must have its session again. */
  async recovered(tabs: Tabs, limit: number): Promise<void> {
    const from = Date.now()
    await Promise.all(
      tabs.all.map(async (calling) => {
        const { name, tab } = calling
        for (;;) {
          const { status, body } = await tab.call('/api/echo?recovered')
          if (status === 200) return
          if (calling.isPastWorker) await tabs.cure()
          if (Date.now() - from > limit) {
            const session = JSON.stringify(await tab.session())
            const what = `${name} does not work again: ${status} ${JSON.stringify(body)}, ${session}`
            this.#violate(what, from, Date.now())
            return
          }
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
      }),
    )
  }

  finish(server: SeenByServer, starts: number): void {
    const { tokenRequests, journal } = this.#evidence
    this.#server = server
    this.#starts = starts
    const { unexplained, afterLoss } = repeatsIn(tokenRequests, journal)
    this.#afterLoss = afterLoss
    for (const { what, request } of unexplained) this.#violate(what, request.arrivedAt, request.closedAt)
    if (server.main.reuse > 0) count(this.#violations, "a refresh token reused outside the server's window")
  }

  get text(): string {
    const { journal, tokenRequests } = this.#evidence
    const { reuse = 0, logins = 0, logouts = 0 } = this.#server?.main ?? {}
    const rotated = tokenRequests.filter(({ outcome }) => outcome === 'rotated').length
    return [
      `seed        ${this.seed}`,
      `worker      ${this.kills} kills (${journal.count('kill', 'again')} right after another, ` +
        `${journal.count('kill', 'refresh')} aimed at a refresh, ${journal.count('kill', IN_TAKEOVER)} ${IN_TAKEOVER}), ${this.#starts} starts, ` +
        `${journal.count('version')} new versions`,
      `pages       ${journal.count('page', 'hard')} hard and ${journal.count('page', 'reload') - journal.count('page', 'hard')} ` +
        `soft reloads, ${journal.count('page', 'cure')} that Chromium made necessary, ` +
        `${journal.count('page', 'closed')} closed and opened`,
      `endpoint    ${journal.count('endpoint')} troubles, ${tokenRequests.length} token requests, ${rotated} refreshes`,
      `reuse       ${this.#afterLoss} after a lost answer, ${reuse} outside the server's window`,
      `logins      ${logins}, logouts ${logouts}`,
      `requests    ${this.#calls}: ${listed(this.#kinds)}`,
      `answers     ${listed(this.#statuses)}`,
      `failures    ${listed(this.#causes) || 'none'}`,
      `messages    ${listed(this.#messages) || 'none'}`,
      `violations  ${listed(this.#violations) || 'none'}`,
      ...this.#traces,
    ].join('\n')
  }

  #violate(what: string, from: number, until: number, details: string[] = []): void {
    count(this.#violations, what)
    if ((this.#violations.get(what) ?? 0) > SHOWN) return
    const { journal, tokenRequests } = this.#evidence
    const deeds = journal.during(from - TRACE, until + TRACE).map((entry) => ({
      at: entry.from,
      line: traceOf(entry),
    }))
    const refreshes = tokenRequests
      .filter(({ arrivedAt }) => arrivedAt >= from - TRACE && arrivedAt <= until + TRACE)
      .map((request) => ({ at: request.arrivedAt, line: describe(request) }))
    const trace = [...deeds, ...refreshes].toSorted((a, b) => a.at - b.at).map(({ line }) => `    ${line}`)
    const span = `${clockTime(from)} to ${clockTime(until)}`
    this.#traces.push('', `✗ ${span} ${what}`, ...details.map((line) => `    ${line}`), ...trace)
  }
}

function textsOf(message: unknown): Record<string, string | undefined> {
  const entries = typeof message === 'object' && message !== null ? Object.entries(message) : []
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'))
}

const seenBy = ({ at, method, path, status, token, user }: SeenRequest): string =>
  `${clockTime(at)} the server saw ${method} ${path} with token ${token} of ${user ?? 'nobody'}: ${status}`

const count = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1)

const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([key, times]) => `${key} × ${times}`)
    .join(', ')
