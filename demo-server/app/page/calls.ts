// Runs calls of the API and writes what became of them into the journal.
import { jsonOf, stringIn } from './json.ts'
import type { Call, CallsEntry, Via } from './entry.ts'
import type { Journal } from './journal.ts'

export interface Answer {
  ok: boolean
  status?: number
  /** Shown beside the call. */
  note?: string
  /** Shown as the last answer. */
  body?: unknown
}

export interface Calls {
  via: Via
  target: string
  count?: number
  /** Makes one call; `id` goes along, so that the server's own log can be matched with the page's. */
  run: (id: string) => Promise<Answer>
}

export async function makeCalls(journal: Journal, { via, target, count = 1, run }: Calls): Promise<Answer[]> {
  const started = performance.now()
  const calls: Call[] = Array.from({ length: count }, () => ({
    id: crypto.randomUUID().slice(0, 8),
    outcome: 'pending',
  }))
  const entry: CallsEntry = {
    kind: 'calls',
    id: crypto.randomUUID(),
    at: Date.now(),
    tab: journal.tab,
    via,
    target,
    calls,
  }
  journal.put(entry)

  return Promise.all(
    calls.map(async (call) => {
      const answer = await run(call.id).catch((error: unknown): Answer => ({
        ok: false,
        note: error instanceof Error ? error.message : String(error),
      }))
      call.outcome = answer.ok ? 'ok' : 'failed'
      if (answer.status !== undefined) call.status = answer.status
      if (answer.note !== undefined) entry.note = answer.note
      if (calls.every(({ outcome }) => outcome !== 'pending')) {
        entry.took = Math.round(performance.now() - started)
      }
      journal.put(entry)
      return answer
    }),
  )
}

/** The header by which the server's log is matched; a replay must carry it too. */
export function callHeader(id: string): Record<string, string> {
  return { 'X-Demo-Call': id }
}

export async function answerOf(response: Response): Promise<Answer> {
  const body = await jsonOf(response)
  const note = response.ok ? undefined : describeFailure(response, body)
  return {
    ok: response.ok,
    status: response.status,
    body,
    ...(note !== undefined && note !== '' && { note }),
  }
}

function describeFailure(response: Response, body: unknown): string {
  const challenge = response.headers.get('WWW-Authenticate') ?? ''
  return stringIn(body, 'code') ?? stringIn(body, 'title') ?? stringIn(body, 'error') ?? challenge
}
