/** What was done to the app, as an excuse for what its calls suffered. */
export type Deed = 'kill' | 'page' | 'login' | 'endpoint' | 'cut' | 'version'

export interface Entry {
  deed: Deed
  /** ms since the epoch; `until` is Infinity while it goes on. */
  from: number
  until: number
  note: string
  /** The tab it was done to; undefined for all. */
  tab?: string
}

export class Journal {
  readonly #entries: Entry[] = []

  /** Returns what ends it, with an addition to the note. */
  begin(deed: Deed, note: string, tab?: string): (addition?: string) => void {
    const entry: Entry = {
      deed,
      from: Date.now(),
      until: Number.POSITIVE_INFINITY,
      note,
      ...(tab !== undefined && { tab }),
    }
    this.#entries.push(entry)
    return (addition = '') => {
      entry.until = Date.now()
      entry.note += addition
    }
  }

  /** What was going on at some moment between the two. */
  during(from: number, until: number, deed?: Deed, tab?: string): Entry[] {
    return this.#entries.filter(
      (entry) =>
        entry.from <= until &&
        entry.until >= from &&
        (deed === undefined || entry.deed === deed) &&
        (tab === undefined || entry.tab === tab),
    )
  }

  count(deed: Deed, note = ''): number {
    return this.#entries.filter((entry) => entry.deed === deed && entry.note.includes(note)).length
  }
}

export const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 23)

export const traceOf = ({ deed, from, until, note, tab }: Entry): string => {
  const end = until === Number.POSITIVE_INFINITY ? 'not over' : `${until - from} ms`
  return `${clockTime(from)} ${deed}${tab === undefined ? '' : ` of ${tab}`}: ${note} (${end})`
}
