import type { Announcement } from './protocol/messages.ts'
import type { Session } from './core/session.ts'
import { isOfNewerVersion } from './core/stored-session.ts'
import { isUserGone, type SessionEvent } from './core/transition.ts'
import { announcementsOf, lossOf, type Circumstances } from './core/session-info.ts'
import type { Announcer, Change, SessionStore } from './platform/ports.ts'
import type { SilentLoginFlow } from './silent-login.ts'

/** The session and its changes: each is stored first and announced then, by the worker whose write made it. */
export interface SessionKeeper {
  /** From memory where this worker knows it. */
  current(): Session | Promise<Session>
  /** The same, once no silent login is under way that may change it. */
  decided(): Promise<Session>
  /** Stores what `event` makes of the session and tells the pages. Resolves with what is stored by then. */
  dispatch(event: SessionEvent): Promise<Session>
  /** The same, and resolves with what the session was before, too. */
  change(event: SessionEvent): Promise<Change>
  /** Tells the pages something that is no change of the session. */
  tell(announcement: Announcement): Promise<void>
  /** Resolves with the first session that `accept` takes, now or after a change by whichever worker. */
  until(accept: (session: Session) => boolean, signal: AbortSignal): Promise<Session>
  /** Asks the store, as another worker may have changed it and died before it told. */
  reload(): Promise<Session>
  /** Tells the pages of a change that nobody waits for. */
  announce(change: Change): void
  /** Resolves once all that was dispatched is stored, or after a few more tries. */
  stored(): Promise<void>
  /** The store has changed under this worker. */
  changed(): void
}

export function sessionKeeper(
  store: SessionStore,
  announcer: Announcer,
  circumstances: Circumstances,
  forgetUser: () => Promise<unknown> = async () => undefined,
  silentLogin?: SilentLoginFlow,
): SessionKeeper {
  const waiting = new Set<(session: Session) => void>()
  /** The loss that this worker has told the pages of. */
  let told: string | undefined

  const settle = async ({ before, after }: Change): Promise<Session> => {
    for (const look of waiting) look(after)
    if (silentLogin?.awaits(after)) {
      silentLogin.begin(after, keeper)
      return after
    }
    // Not before the pages are told: announcements keep the order of the changes.
    const forgotten = isUserGone(before, after) && forgetUser()
    const announcements = announcementsOf(before, after, circumstances)
    if (after.status === 'login-required') {
      // Another worker has died between the write and the announcement, or could read what this one cannot.
      const loss = after.sessionId + after.generation
      const isUntold = (!after.announced || isOfNewerVersion(after)) && told !== loss
      const isAmong = announcements.some(({ type }) => type === 'login-required')
      if (isUntold && !isAmong) announcements.push(...lossOf(after, circumstances))
      told = loss
    }
    await announcer.post(announcements)
    await forgotten
    if (after.status === 'login-required' && !after.announced)
      await store.apply({ type: 'announced', basis: after })
    return after
  }

  // The many requests that meet a cold worker read the store, and tell the pages what is there, once. Who asks later reads
  // again: what was read is out of date by the time that the pages are told.
  let loading: Promise<Session> | undefined
  const load = (): Promise<Session> => {
    if (loading) return loading
    const reading = store.load().finally(() => {
      if (loading === read) loading = undefined
    })
    const read = reading.then(settle)
    return (loading = read)
  }

  const keeper: SessionKeeper = {
    current: () => store.cached ?? load(),
    async decided() {
      const session = await keeper.current()
      if (!silentLogin?.awaits(session)) return session
      return keeper.until((next) => !silentLogin.awaits(next), new AbortController().signal)
    },
    reload: load,
    announce: (change) => void settle(change).catch(() => undefined),
    dispatch: async (event) => settle(await store.apply(event)),
    async change(event) {
      const change = await store.apply(event)
      await settle(change)
      return change
    },
    tell: (announcement) => announcer.post([announcement]),
    until: (accept, signal) =>
      new Promise((resolve) => {
        const look = (session: Session): void => {
          if (!accept(session)) return
          waiting.delete(look)
          resolve(session)
        }
        waiting.add(look)
        signal.addEventListener('abort', () => waiting.delete(look))
        Promise.resolve(keeper.current()).then(look, () => undefined)
      }),
    stored: () => store.written(),
    changed() {
      // What is being read may be out of date.
      loading = undefined
      if (waiting.size > 0) Promise.resolve(keeper.current()).catch(() => undefined)
    },
  }
  return keeper
}
