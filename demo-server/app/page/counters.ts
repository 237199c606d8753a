import { byId, setText } from './dom.ts'
import type { Counts, ServerStats } from './server-stats.ts'

const SHOWN: (keyof Counts)[] = ['refreshes', 'withToken', 'withoutToken', 'unauthorized', 'reuse']

/** The server's own numbers, for the page's session and for the axios app's. */
export function showCounters(stats: ServerStats): void {
  for (const name of SHOWN) {
    setText(byId(`main-${name}`, HTMLElement), String(stats.main[name]))
    setText(byId(`classic-${name}`, HTMLElement), String(stats.classic[name]))
  }
}
