import type { Announcement } from './protocol/messages.ts'
import type { Session, SessionEvent } from './core/session.ts'
import { announcementsOf, type Circumstances } from './core/session-info.ts'
import type { Announcer, SessionStore } from './platform/ports.ts'

/** The session and its changes: each is stored first and announced then, by the worker whose write made it. */
export interface SessionKeeper {
  /** From memory where this worker knows it. */
  current(): Session | Promise<Session>
  /** Stores what `event` makes of the session and tells the pages. Resolves with what is stored by then. */
  dispatch(event: SessionEvent): Promise<Session>
  /** Tells the pages something that is no change of the session. */
  tell(announcement: Announcement): Promise<void>
}

export const sessionKeeper = (
  store: SessionStore,
  announcer: Announcer,
  circumstances: Circumstances,
): SessionKeeper => ({
  current: () => store.cached ?? store.read(),
  async dispatch(event) {
    const { before, after } = await store.apply(event)
    await announcer.post(announcementsOf(before, after, circumstances))
    return after
  },
  tell: (announcement) => announcer.post([announcement]),
})
