/** Well below the 30 s after which Firefox ends a worker, ms. */
const PAUSE = 15_000
/** No answer is waited for longer than this, should its end be missed, ms. */
const MOST = 6 * 3_600_000
/** Ended requests are remembered for a moment, as an answer may end before the message that it has begun, ms. */
const MOMENT = 5000
/** Firefox rounds times, in its strictest mode to this, ms. */
const ROUNDING = 100

/** An answer of the broker that has begun; `at` in ms since the epoch. */
interface Answer {
  url: string
  at: number
}

/** A request of the page that is over; ms since the epoch. */
interface Ended {
  url: string
  start: number
  end: number
}

/**
 * Keeps the worker alive while an answer streams through it, and only then. The end is told by the page's own resource
 * timeline, which has one entry for each request, as it ends in whatever way.
 * @returns what to call when an answer has begun; only a worker of Firefox tells of them
 */
export function stayAwake(ping: () => void): (answer: Answer) => void {
  /** In the order in which they began. */
  let open: Answer[] = []
  let ended: Ended[] = []
  let timer: ReturnType<typeof setInterval> | undefined
  let observer: PerformanceObserver | undefined

  const observe = (): PerformanceObserver => {
    const created = new PerformanceObserver((list) => {
      // Not `timeOrigin`: the clock may have been set, or have stood still in a sleep, since the page was opened.
      const origin = Date.now() - performance.now()
      for (const { name, startTime, duration } of list.getEntries()) {
        const start = origin + startTime - ROUNDING
        ended.push({ url: name.replace(/#.*/, ''), start, end: start + duration + 2 * ROUNDING })
      }
      close()
    })
    created.observe({ type: 'resource', buffered: true })
    return created
  }

  const close = (): void => {
    const now = Date.now()
    // One ends one: a page may have several answers of the same URL.
    ended = ended.filter((request) => {
      const index = open.findIndex(
        ({ url, at }) => url === request.url && request.start <= at && at <= request.end,
      )
      if (index >= 0) open.splice(index, 1)
      return index < 0 && now - request.end < MOMENT
    })
    open = open.filter(({ at }) => now - at < MOST)
    if (open.length === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return (answer) => {
    open.push(answer)
    observer ??= observe()
    timer ??= setInterval(() => {
      close()
      if (open.length > 0) ping()
    }, PAUSE)
    close()
  }
}
