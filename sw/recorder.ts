import type { Session } from './core/session.ts'
import { nudgeAt, sessionInfo, type Circumstances } from './core/session-info.ts'
import type { HoldRequest } from './hold-requests.ts'
import type { Announcer, Asker, Clock, Fetch, SessionStore } from './platform/ports.ts'
import { newSessionId } from './platform/session-id.ts'
import { present } from './protocol/guards.ts'
import type { Inspection, TimelineEntry } from './protocol/inspection.ts'

const MOST = 200

/** Watches the ports of a broker, so that no flow need know of it. It keeps a few small objects and sends nothing. */
export interface Recorder {
  fetch(send: Fetch): Fetch
  store(store: SessionStore): SessionStore
  announcer(announcer: Announcer): Announcer
  hold(hold: HoldRequest | undefined): HoldRequest | undefined
  answer(request: Request, asker: Asker, answer: Promise<Response>): Promise<Response>
  inspection(session: Session, circumstances: Circumstances): Inspection
}

export function recorder(clock: Clock): Recorder {
  let worker: string | undefined
  const timeline: TimelineEntry[] = []

  const note = (type: string, members: Partial<TimelineEntry> = {}): TimelineEntry => {
    const entry = present({ at: clock.now(), type, ...members })
    timeline.push(entry)
    if (timeline.length > MOST) timeline.shift()
    return entry
  }
  const watch = async (entry: TimelineEntry, answer: Promise<Response>): Promise<Response> => {
    try {
      const response = await answer
      entry.status = response.status
      return response
    } catch (cause) {
      entry.status = 0
      throw cause
    } finally {
      entry.took = clock.now() - entry.at
    }
  }

  return {
    fetch: (send) => (request, init) =>
      watch(note('send', { what: addressOf(request) }), send(request, init)),
    answer: (request, { page }, answer) =>
      watch(note('request', { what: addressOf(request), page: page && shortened(page) }), answer),
    store: (store) => ({
      written: () => store.written(),
      get cached() {
        return store.cached
      },
      load: () => store.load(),
      async apply(event) {
        const change = await store.apply(event)
        const { after } = change
        const generation = after.status === 'anonymous' ? undefined : after.generation
        const code = event.type === 'refresh-failed' ? event.backOff.failure.code : undefined
        if (change.before !== after) note(event.type, { generation, code })
        return change
      },
    }),
    hold: (hold) =>
      hold &&
      ((began, refused) => {
        const held = hold(began, refused)
        if (!held) return undefined
        const what = addressOf(refused.request)
        const entry = note('held', { what, until: began.status === 'active' ? 'step-up' : 'login' })
        return held.then((next) => {
          entry.took = clock.now() - entry.at
          note(next ? 'released' : 'given-up', { what, took: entry.took })
          return next
        })
      }),
    announcer: (announcer) => ({
      post(announcements) {
        for (const announcement of announcements)
          note('message', {
            what: announcement.type,
            code: 'code' in announcement ? announcement.code : undefined,
          })
        return announcer.post(announcements)
      },
    }),
    inspection: (session, circumstances) =>
      present({
        session: sessionInfo(session),
        ...(session.status !== 'anonymous' && {
          sessionHash: shortened(session.sessionId),
          generation: session.generation,
        }),
        ...nudgeAt(session, circumstances),
        worker: (worker ??= shortened(newSessionId())),
        timeline: [...timeline],
      }),
  }
}

const shortened = (id: string): string => id.slice(0, 6)

/** A query may hold what nobody should see twice. By hand, as every request is noted and to parse a URL takes longer. */
const addressOf = ({ method, url }: Request): string => {
  const own = url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url
  return `${method} ${own.replace(/[?#].*/, '')}`
}
