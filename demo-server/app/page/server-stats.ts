// What the demo server counted, and when to look.
import { jsonOf, numberIn, objectIn } from './json.ts'

/** ms */
const FIRST_PAUSE = 150
const LONGEST_PAUSE = 1_000

export interface Counts {
  refreshes: number
  reuse: number
  withToken: number
  withoutToken: number
  unauthorized: number
}

export interface ServerStats {
  main: Counts
  classic: Counts
}

function counts(value: unknown): Counts {
  const api = objectIn(value, 'api')
  return {
    refreshes: numberIn(value, 'refreshes'),
    reuse: numberIn(value, 'reuse'),
    withToken: numberIn(api, 'withToken'),
    withoutToken: numberIn(api, 'withoutToken'),
    unauthorized: numberIn(api, 'unauthorized'),
  }
}

async function readStats(): Promise<ServerStats | undefined> {
  const response = await fetch('/__demo/stats').catch(() => undefined)
  if (response?.ok !== true) return undefined
  const body = await jsonOf(response)
  return { main: counts(objectIn(body, 'main')), classic: counts(objectIn(body, 'classic')) }
}

/** Looks a few times after something happened, in a visible tab only; an idle page asks nothing. */
export function watchStats(show: (stats: ServerStats) => void): { look(forMs?: number): void } {
  let until = 0
  let pause = FIRST_PAUSE
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = 0

  function plan(delay: number): void {
    const at = Date.now() + delay
    if (timer !== undefined && due <= at) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(() => void read(), delay)
  }
  async function read(): Promise<void> {
    timer = undefined
    if (document.visibilityState !== 'visible') return
    const stats = await readStats()
    if (stats !== undefined) show(stats)
    if (Date.now() > until) return
    pause = Math.min(pause * 1.5, LONGEST_PAUSE)
    plan(pause)
  }
  function look(forMs = 3_000): void {
    until = Math.max(until, Date.now() + forMs)
    pause = FIRST_PAUSE
    plan(pause)
  }
  document.addEventListener('visibilitychange', () => look(0))
  return { look }
}

/** The control plane of the demo server. */
export async function control(command: string, body: Record<string, unknown> = {}): Promise<boolean> {
  const response = await fetch(`/__demo/${command}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined)
  return response?.ok === true
}
