import type { TimelineEntry } from '../../sw/protocol/inspection.ts'

/** What belongs to a request of a page. */
export interface Course {
  request: TimelineEntry
  /** The last sending of it so far. */
  sent?: TimelineEntry
  /** The last time that it was held. */
  held?: TimelineEntry
}

/** How an entry belongs to a request. */
export interface Part {
  course: Course
  /** Whether it was sent before, and refused. */
  isReplay: boolean
}

/**
 * Finds the request behind each sending and each hold, which the worker notes by address and time alone. Which of two
 * requests of one address that are under way is the one, nobody can say; how many are replayed is right all the same.
 * @param timeline oldest first, of one worker
 */
export function partsOf(timeline: readonly TimelineEntry[]): Map<TimelineEntry, Part> {
  const parts = new Map<TimelineEntry, Part>()
  const courses: Course[] = []
  for (const entry of timeline) {
    if (entry.type === 'request') {
      const course = { request: entry }
      courses.push(course)
      parts.set(entry, { course, isReplay: false })
    }
    if (entry.type !== 'send' && entry.type !== 'held') continue
    const underWay = courses.filter(
      ({ request }) => request.what === entry.what && endOf(request) >= entry.at,
    )
    const refused = underWay.find(({ sent }) => sent?.status === 401 && endOf(sent) <= entry.at)
    if (entry.type === 'held' && refused) {
      refused.held = entry
      parts.set(entry, { course: refused, isReplay: false })
    }
    const fresh = underWay.find(({ sent }) => !sent)
    const course = fresh ?? refused
    if (entry.type === 'send' && course) {
      course.sent = entry
      parts.set(entry, { course, isReplay: course !== fresh })
    }
  }
  return parts
}

const endOf = ({ at, took = Infinity }: TimelineEntry): number => at + took
