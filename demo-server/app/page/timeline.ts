// Draws the timeline: what the tabs did, and what the server saw of it, newest first.
import { make } from './dom.ts'
import { summarize } from './summary.ts'
import type { CallsEntry, Entry, NoteEntry } from './entry.ts'
import type { Evidence } from './summary.ts'
import type { SeenRequest } from './server-stats.ts'

const SHOWN = 60

interface Row {
  key: string
  at: number
  /** A row is drawn again only when this changes. */
  signature: string
  draw: () => HTMLElement
}

export function createTimeline(list: HTMLOListElement): {
  render(entries: Entry[], evidence: Evidence): void
} {
  const drawn = new Map<string, { signature: string; element: HTMLElement }>()
  return {
    render(entries, evidence) {
      const rows = [
        ...entries.map((entry) => entryRow(entry, evidence)),
        ...evidence.tokenRequests.map(serverRow),
      ]
        .sort((a, b) => b.at - a.at)
        .slice(0, SHOWN)
      const elements = rows.map((row) => {
        const known = drawn.get(row.key)
        if (known?.signature === row.signature) return known.element
        const element = row.draw()
        if (known === undefined) element.classList.add('is-new')
        drawn.set(row.key, { signature: row.signature, element })
        return element
      })
      const keys = new Set(rows.map((row) => row.key))
      for (const key of drawn.keys()) if (!keys.has(key)) drawn.delete(key)
      place(list, elements)
    },
  }
}

/** Moves only what is out of place: taking an element out and in again would restart its animation. */
function place(list: HTMLOListElement, elements: HTMLElement[]): void {
  elements.forEach((element, index) => {
    const current = list.children[index] ?? null
    if (current !== element) list.insertBefore(element, current)
  })
  while (list.children.length > elements.length) list.lastElementChild?.remove()
}

function entryRow(entry: Entry, evidence: Evidence): Row {
  if (entry.kind === 'note')
    return { key: entry.id, at: entry.at, signature: '', draw: () => drawNote(entry) }
  const summary = summarize(entry, evidence)
  return {
    key: entry.id,
    at: entry.at,
    signature: JSON.stringify([summary, entry.took, entry.note]),
    draw: () => drawCalls(entry, evidence),
  }
}

function drawCalls(entry: CallsEntry, evidence: Evidence): HTMLElement {
  const summary = summarize(entry, evidence)
  const count = entry.calls.length
  const head = make(
    'p',
    { class: 'row-head' },
    make('strong', {}, count > 1 ? `${count} × ${entry.via}` : entry.via),
    ' ',
    make('code', {}, entry.target),
  )
  const facts = [
    summary.text,
    ...(entry.took === undefined ? [] : [`${entry.took} ms`]),
    ...(summary.replayed > 0 ? [`${summary.replayed} replayed`] : []),
  ]
  const content: HTMLElement[] = [head, make('p', { class: 'row-facts' }, facts.join(' · '))]
  if (count > 1) content.push(drawDots(entry, evidence))
  if (entry.note !== undefined) content.push(make('p', { class: 'row-note' }, entry.note))
  const row = frame('calls', entry.at, tabMark(entry.tab), ...content)
  Object.assign(row.dataset, {
    via: entry.via,
    tab: entry.tab,
    count: String(count),
    ok: String(summary.ok),
    failed: String(summary.failed),
    pending: String(summary.pending),
    replayed: String(summary.replayed),
  })
  return row
}

function drawDots(entry: CallsEntry, evidence: Evidence): HTMLElement {
  const dots = entry.calls.map((call) => {
    const replayed = evidence.hits(call.id) > 1
    return make('i', { class: `dot dot-${call.outcome}${replayed ? ' dot-replayed' : ''}` })
  })
  return make('div', { class: 'dots', 'aria-hidden': 'true' }, ...dots)
}

function drawNote(entry: NoteEntry): HTMLElement {
  const row = frame('note', entry.at, tabMark(entry.tab), make('p', { class: 'row-head' }, entry.text))
  Object.assign(row.dataset, { tone: entry.tone, tab: entry.tab })
  return row
}

function serverRow(request: SeenRequest): Row {
  return {
    key: request.id,
    at: request.at,
    signature: String(request.status),
    draw: () => {
      const row = frame(
        'server',
        request.at,
        make('span', { class: 'mark mark-server' }, 'server'),
        make('p', { class: 'row-head' }, make('strong', {}, headline(request))),
        make('p', { class: 'row-facts' }, `${request.path} · ${request.status || 'waiting'}`),
      )
      Object.assign(row.dataset, { flavour: request.flavour, status: String(request.status) })
      row.dataset['what'] = lastSegment(request.path)
      row.dataset['tone'] = succeeded(request) ? 'good' : 'bad'
      return row
    },
  }
}

function headline(request: SeenRequest): string {
  const fine = succeeded(request)
  if (request.status === 0) return 'No answer from the token endpoint yet'
  if (request.status >= 500) return 'The token endpoint is out of order'
  switch (lastSegment(request.path)) {
    case 'refresh':
      return fine ? 'One refresh, for every tab' : 'The token endpoint refused'
    case 'login':
      return fine ? 'Login' : 'Login refused'
    default:
      return fine ? 'Logout' : 'Logout failed'
  }
}

const succeeded = (request: SeenRequest): boolean => request.status >= 200 && request.status < 300
const lastSegment = (path: string): string => path.split('?')[0]?.split('/').at(-1) ?? ''

function frame(kind: string, at: number, mark: HTMLElement, ...content: HTMLElement[]): HTMLElement {
  const time = new Date(at)
  return make(
    'li',
    { class: `row row-${kind}`, 'data-kind': kind },
    make('div', {}, mark, make('time', { datetime: time.toISOString() }, time.toTimeString().slice(0, 8))),
    make('div', { class: 'row-body' }, ...content),
  )
}

function tabMark(tab: string): HTMLElement {
  const hue = (205 + (tab.charCodeAt(0) - 65) * 137) % 360
  return make('span', { class: 'mark', style: `--hue: ${hue}` }, `tab ${tab}`)
}
