import type { TimelineEntry } from '../../sw/protocol/inspection.ts'

/** A line of the timeline. */
export interface Row {
  key: string
  at: number
  kind: string
  what: string
  result: string
  tone: 'good' | 'warn' | 'bad' | ''
  /** The worker, and the page behind a request. */
  where: string
}

const KINDS: Readonly<Record<string, string>> = {
  request: 'request',
  send: '↳ sent',
  message: 'told the pages',
  'logged-in': 'login',
  'logged-out': 'logout',
  'refresh-started': 'refresh begins',
  refreshed: 'refreshed',
  'refresh-failed': 'refresh failed',
  lost: 'session lost',
  unauthorized: 'needs a login',
  announced: 'loss announced',
  'page-refresh': "page's own refresh",
}

/** @param timeline oldest first, of one worker */
export function rowsOf(worker: string, timeline: readonly TimelineEntry[]): Row[] {
  const sent = new Map<string, TimelineEntry>()
  return timeline.map((entry, index) => {
    const { at, type, what = '', status, took, page, generation, code } = entry
    // The second sending of what was refused, soon after, is its replay.
    const before = sent.get(what)
    const isReplay = type === 'send' && before?.status === 401
    if (type === 'send') sent.set(what, entry)
    if (type === 'send' && isReplay) sent.delete(what)
    return {
      key: `${worker} ${at} ${type} ${what} ${index}`,
      at,
      kind: isReplay ? '↳ replayed' : (KINDS[type] ?? type),
      what: what || (generation === undefined ? '' : `generation ${generation}`),
      result: resultOf(type, status, took, code),
      tone: toneOf(type, status, code),
      where: page === undefined ? worker : `${worker} · page ${page}`,
    }
  })
}

function resultOf(type: string, status: number | undefined, took: number | undefined, code = ''): string {
  if (type !== 'request' && type !== 'send') return code
  if (took === undefined) return 'under way, or held'
  return `${status === 0 ? 'no answer' : status} · ${took} ms`
}

function toneOf(type: string, status: number | undefined, code: string | undefined): Row['tone'] {
  if (type === 'lost' || status === 0 || (status !== undefined && status >= 500)) return 'bad'
  if (type === 'refresh-failed' || code !== undefined || status === 401) return 'warn'
  return type === 'logged-in' || type === 'refreshed' ? 'good' : ''
}
