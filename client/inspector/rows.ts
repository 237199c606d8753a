import type { TimelineEntry } from '../../sw/protocol/inspection.ts'
import { partsOf, type Course } from './courses.ts'

/** A line of the timeline. */
export interface Row {
  at: number
  kind: string
  what: string
  result: string
  tone: 'good' | 'warn' | 'bad' | ''
  /** The worker, and the page behind a request. */
  where: string
  /** Of an error. */
  code?: string
  /** Whether somebody who does not look at the table wants to hear of it. */
  isNews: boolean
}

const KINDS: Readonly<Record<string, string>> = {
  request: 'request',
  send: '↳ sent',
  held: '↳ held',
  released: '↳ released',
  'given-up': '↳ given up',
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

const NEWS = new Set(['held', 'released', 'given-up', 'logged-in', 'logged-out', 'refresh-failed', 'lost'])

/** @param timeline oldest first, of one worker */
export function rowsOf(worker: string, timeline: readonly TimelineEntry[]): Row[] {
  const parts = partsOf(timeline)
  return timeline.map((entry) => {
    const { at, type, what, generation, code } = entry
    const { course, isReplay = false } = parts.get(entry) ?? {}
    const page = course?.request.page
    return {
      at,
      kind: isReplay ? '↳ replayed' : (KINDS[type] ?? type),
      what: what ?? (generation === undefined ? '' : `generation ${generation}`),
      result: resultOf(entry, course),
      tone: toneOf(entry),
      where: page === undefined ? worker : `${worker} · page ${page}`,
      ...(code !== undefined && { code }),
      isNews: NEWS.has(type) || code !== undefined,
    }
  })
}

function resultOf({ type, status, took, until, code = '' }: TimelineEntry, course?: Course): string {
  if (type === 'released') return `after ${spell(took)}`
  if (type === 'given-up') return `after ${spell(took)}: the page gets the refusal`
  if (type === 'held') return `${took === undefined ? 'until' : 'for'} a ${until}`
  if (type !== 'request' && type !== 'send') return code
  if (took !== undefined) return `${status === 0 ? 'no answer' : status} · ${took} ms`
  const isHeld = type === 'request' && course?.held !== undefined && course.held.took === undefined
  return isHeld ? 'held' : 'under way'
}

/** @param ms */
const spell = (ms = 0): string => (ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`)

function toneOf({ type, status, took, code }: TimelineEntry): Row['tone'] {
  if (type === 'lost' || status === 0 || (status !== undefined && status >= 500)) return 'bad'
  if (type === 'refresh-failed' || type === 'given-up' || code !== undefined || status === 401) return 'warn'
  if (type === 'held' && took === undefined) return 'warn'
  return type === 'logged-in' || type === 'refreshed' || type === 'released' ? 'good' : ''
}
