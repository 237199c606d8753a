// Runs calls of the API and says what became of them.
import { jsonOf, stringIn } from './json.ts'
import { say } from './status.ts'

export interface Answer {
  ok: boolean
  status?: number
  /** Said beside the result. */
  note?: string
  /** Shown as the last answer. */
  body?: unknown
}

export interface Calls {
  via: 'fetch' | 'axios' | 'img' | 'EventSource' | 'upload'
  target: string
  count?: number
  /** Makes one call. */
  run: () => Promise<Answer>
}

export async function makeCalls({ via, target, count = 1, run }: Calls): Promise<Answer[]> {
  const started = performance.now()
  const name = `${count > 1 ? `${count} × ` : ''}${via} ${target}`
  say(`${name}: under way`)
  const answers = await Promise.all(Array.from({ length: count }, () => run().catch(failed)))
  const took = Math.round(performance.now() - started)
  const notes = new Set(answers.flatMap(({ note }) => note ?? []))
  say([`${name}: ${resultsOf(answers)}`, `${took} ms`, ...notes].join(' · '))
  return answers
}

const failed = (error: unknown): Answer => ({
  ok: false,
  note: error instanceof Error ? error.message : String(error),
})

/** For example "18 × 200, 2 × 503". */
function resultsOf(answers: readonly Answer[]): string {
  const times = new Map<string, number>()
  for (const { ok, status } of answers) {
    const result = String(status ?? (ok ? 'loaded' : 'failed'))
    times.set(result, (times.get(result) ?? 0) + 1)
  }
  return [...times]
    .map(([result, count]) => (answers.length > 1 ? `${count} × ${result}` : result))
    .join(', ')
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
