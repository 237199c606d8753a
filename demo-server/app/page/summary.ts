// Puts the page's calls and the server's log side by side.
import type { CallsEntry, Entry } from './entry.ts'
import type { SeenRequest, ServerStats } from './server-stats.ts'

const TOKEN_PATH = /^(\/classic)?\/auth\/(login|refresh|logout)$/

export interface Evidence {
  /** How often the server saw a call: twice means that the worker replayed it. */
  hits(callId: string): number
  /** Logins, refreshes and logouts. */
  tokenRequests: SeenRequest[]
}

export interface Summary {
  ok: number
  failed: number
  pending: number
  replayed: number
  /** For example "18 × 200, 2 × 503". */
  text: string
}

export function evidenceOf(stats: ServerStats | undefined): Evidence {
  const seen = stats?.requests ?? []
  const hits = new Map<string, number>()
  for (const { call } of seen) {
    if (call !== undefined) hits.set(call, (hits.get(call) ?? 0) + 1)
  }
  return {
    hits: (callId) => hits.get(callId) ?? 0,
    tokenRequests: seen.filter(({ path }) => TOKEN_PATH.test(path)),
  }
}

export function summarize(entry: CallsEntry, evidence: Evidence): Summary {
  const count = (outcome: string): number => entry.calls.filter((call) => call.outcome === outcome).length
  const results = new Map<string, number>()
  for (const { outcome, status } of entry.calls) {
    const result =
      outcome === 'pending' ? 'waiting' : String(status ?? (outcome === 'ok' ? 'loaded' : 'failed'))
    results.set(result, (results.get(result) ?? 0) + 1)
  }
  return {
    ok: count('ok'),
    failed: count('failed'),
    pending: count('pending'),
    // An EventSource that reconnects is seen more than once as well, and that is no replay.
    replayed:
      entry.via === 'EventSource' ? 0 : entry.calls.filter((call) => evidence.hits(call.id) > 1).length,
    text: [...results]
      .map(([result, times]) => (entry.calls.length > 1 ? `${times} × ${result}` : result))
      .join(', '),
  }
}

/** One sentence on the newest finished calls: read aloud by screen readers, and the phone's status line. */
export function newestInWords(entries: Entry[], evidence: Evidence): string {
  const entry = entries.findLast((candidate) => candidate.kind === 'calls' && candidate.took !== undefined)
  if (entry?.kind !== 'calls' || entry.took === undefined) return ''
  const summary = summarize(entry, evidence)
  const { at, took } = entry
  const refreshes = evidence.tokenRequests.filter(
    (request) =>
      request.path.endsWith('/refresh') &&
      request.status === 200 &&
      request.at >= at - 50 &&
      request.at <= at + took + 50,
  ).length
  const who = entry.calls.length > 1 ? `${entry.calls.length} ${entry.via} calls` : entry.via
  return [
    `${who} from tab ${entry.tab}: ${summary.text}`,
    ...(refreshes > 0 ? [`${refreshes} refresh${refreshes > 1 ? 'es' : ''}`] : []),
    ...(summary.replayed > 0 ? [`${summary.replayed} replayed`] : []),
  ].join(' · ')
}
