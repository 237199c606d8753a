import { make } from './make.ts'
import type { Row } from './rows.ts'

const HEADERS = ['Time', 'What', 'Of', 'Result', 'Where']

/** The timeline as a table, which leaves the lines alone that stay: somebody may be reading them. */
export class TimelineTable {
  readonly #body = make('tbody')
  readonly element: HTMLTableElement = make(
    'table',
    { 'aria-label': 'Timeline, newest first' },
    make('thead', {}, make('tr', {}, ...HEADERS.map((text) => make('th', { scope: 'col' }, text)))),
    this.#body,
  )
  #lines = new Map<string, HTMLElement>()

  /** @param rows newest first */
  show(rows: readonly Row[]): void {
    const before = this.#lines
    this.#lines = new Map()
    // Equal lines are told apart by how many of them are older, so that they keep their names.
    for (const row of rows.toReversed()) {
      const text = JSON.stringify(row)
      let name = text
      while (this.#lines.has(name)) name += '+'
      this.#lines.set(name, before.get(name) ?? line(row))
    }
    const lines = [...this.#lines.values()].toReversed()
    for (const [name, old] of before) if (!this.#lines.has(name)) old.remove()
    for (const [index, next] of lines.entries()) {
      const present = this.#body.children[index] ?? null
      if (present !== next) this.#body.insertBefore(next, present)
    }
    this.element.hidden = rows.length === 0
  }
}

function line({ at, kind, what, result, tone, where }: Row): HTMLElement {
  const time = new Date(at).toLocaleTimeString([], { hour12: false })
  return make(
    'tr',
    { class: tone },
    make('td', {}, make('time', { datetime: new Date(at).toISOString() }, time)),
    make('td', { class: 'kind' }, kind),
    make('td', {}, what),
    make('td', { class: 'result' }, result),
    make('td', {}, where),
  )
}
