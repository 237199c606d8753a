// What the timeline holds. Entries travel between tabs, so they are plain data.
import { isObject } from './json.ts'

export type Via = 'fetch' | 'axios' | 'img' | 'EventSource' | 'upload'
export type Tone = 'info' | 'good' | 'bad'

/** One request of a page; the server may have seen it twice, when the worker replayed it. */
export interface Call {
  id: string
  outcome: 'pending' | 'ok' | 'failed'
  /** HTTP status, where the page can see one. */
  status?: number
}

export interface CallsEntry {
  kind: 'calls'
  id: string
  at: number
  tab: string
  via: Via
  target: string
  calls: Call[]
  /** ms until the last answer. */
  took?: number
  note?: string
}

export interface NoteEntry {
  kind: 'note'
  id: string
  at: number
  tab: string
  tone: Tone
  text: string
}

export type Entry = CallsEntry | NoteEntry

export type TabMessage = { type: 'hello' } | { type: 'entries'; entries: Entry[] } | { type: 'clear' }

function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false
  if (typeof value['id'] !== 'string' || typeof value['at'] !== 'number') return false
  return value['kind'] === 'note' || (value['kind'] === 'calls' && Array.isArray(value['calls']))
}

/** A tab may still run an older version of this page: what is not understood is dropped. */
export function parseTabMessage(value: unknown): TabMessage | undefined {
  if (!isObject(value)) return undefined
  if (value['type'] === 'hello') return { type: 'hello' }
  if (value['type'] === 'clear') return { type: 'clear' }
  if (value['type'] !== 'entries' || !Array.isArray(value['entries'])) return undefined
  return { type: 'entries', entries: value['entries'].filter(isEntry) }
}
