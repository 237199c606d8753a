import { byId, setText } from './dom.ts'

/** One sentence on the newest event in this tab: read aloud by screen readers, and the phone's status line. */
export function say(text: string): void {
  setText(byId('status', HTMLElement), text)
}
