// What the demo server counted, and when to look.
import { isObject, jsonOf, numberIn, objectIn, stringIn } from './json.ts'

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

export interface SeenRequest {
  id: string
  at: number
  flavour: string
  method: string
  path: string
  status: number
  token: string
  /** The id this page gave to its call, in a header or in the query. */
  call: string | undefined
}

export interface ServerStats {
  main: Counts
  classic: Counts
  requests: SeenRequest[]
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

function seenRequest(value: unknown, ids: Map<string, number>): SeenRequest | undefined {
  if (!isObject(value)) return undefined
  const at = typeof value['at'] === 'string' ? Date.parse(value['at']) : numberIn(value, 'at')
  const path = stringIn(value, 'path') ?? ''
  const method = stringIn(value, 'method') ?? ''
  const call =
    stringIn(value['headers'], 'x-demo-call') ??
    new URL(path, location.origin).searchParams.get('call') ??
    undefined
  const id = `${at} ${method} ${path}`
  const sameBefore = ids.get(id) ?? 0
  ids.set(id, sameBefore + 1)
  return {
    id: `${id} ${sameBefore}`,
    at,
    flavour: stringIn(value, 'flavour') ?? '',
    method,
    path,
    status: numberIn(value, 'status'),
    token: stringIn(value, 'token') ?? '',
    call,
  }
}

async function readStats(): Promise<ServerStats | undefined> {
  const response = await fetch('/__demo/stats').catch(() => undefined)
  if (response?.ok !== true) return undefined
  const body = await jsonOf(response)
  const list = isObject(body) && Array.isArray(body['requests']) ? body['requests'] : []
  const ids = new Map<string, number>()
  return {
    main: counts(objectIn(body, 'main')),
    classic: counts(objectIn(body, 'classic')),
    requests: list.map((request) => seenRequest(request, ids)).filter((request) => request !== undefined),
  }
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
