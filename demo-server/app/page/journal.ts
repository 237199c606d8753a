// The entries of all tabs: each tab keeps them all and tells the others of its own.
import { parseTabMessage } from './entry.ts'
import { parseJson } from './json.ts'
import type { Entry, TabMessage, Tone } from './entry.ts'

const KEPT = 80
const STORED = 'demo.entries'

export interface Journal {
  readonly tab: string
  entries(): Entry[]
  put(entry: Entry): void
  /** With an id, several tabs that notice the same thing write it once. */
  note(text: string, tone?: Tone, id?: string): void
  clear(): void
}

export function createJournal(tab: string, changed: () => void): Journal {
  const entries = new Map<string, Entry>()
  const channel = new BroadcastChannel('demo-timeline')
  const tell = (message: TabMessage): void => channel.postMessage(message)

  function keep(entry: Entry): void {
    entries.set(entry.id, entry)
    const oldest = entries.keys().next().value
    if (entries.size > KEPT && oldest !== undefined) entries.delete(oldest)
  }

  channel.addEventListener('message', (event) => {
    const message = parseTabMessage(event.data)
    if (message?.type === 'hello') {
      if (entries.size > 0) tell({ type: 'entries', entries: [...entries.values()] })
      return
    }
    if (message?.type === 'clear') entries.clear()
    if (message?.type === 'entries') message.entries.forEach(keep)
    changed()
  })
  // A reload of the only tab would lose them; what was under way then will never end.
  const stored = parseTabMessage({ type: 'entries', entries: parseJson(sessionStorage.getItem(STORED)) })
  if (stored?.type === 'entries') stored.entries.filter(isFinished).forEach(keep)
  window.addEventListener('pagehide', () => {
    sessionStorage.setItem(STORED, JSON.stringify([...entries.values()]))
  })
  tell({ type: 'hello' })

  const journal: Journal = {
    tab,
    entries: () => [...entries.values()],
    put(entry) {
      keep(entry)
      tell({ type: 'entries', entries: [entry] })
      changed()
    },
    note(text, tone = 'info', id = crypto.randomUUID()) {
      if (!entries.has(id)) journal.put({ kind: 'note', id, at: Date.now(), tab, tone, text })
    },
    clear() {
      entries.clear()
      tell({ type: 'clear' })
      changed()
    },
  }
  return journal
}

const isFinished = (entry: Entry): boolean => entry.kind === 'note' || entry.took !== undefined
