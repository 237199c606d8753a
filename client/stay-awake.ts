/** Well below the 30 s after which Firefox ends a worker, ms. */
const PAUSE = 15_000
/** No answer is waited for longer than this, should its end be missed, ms. */
const MOST = 6 * 3_600_000
/** Ended requests are remembered for a moment, as an answer may end before the message that it has begun, ms. */
const MOMENT = 5000

/** An answer of the broker that has begun; `at` in ms since the epoch. */
interface Answer {
  url: string
  at: number
}

/**
 * Keeps the worker alive while an answer streams through it, and only then. The end is told by the page's own resource
 * timeline, which has one entry for each request, as it ends in whatever way.
 * @returns what to call when an answer has begun
 */
export function stayAwake(ping: () => void): (answer: Answer) => void {
  const open = new Set<Answer>()
  let ended: { url: string; start: number; end: number }[] = []
  let timer: ReturnType<typeof setInterval> | undefined

  const close = (): void => {
    const now = Date.now()
    ended = ended.filter(({ end }) => now - end < MOMENT)
    for (const answer of open) {
      const isEnded = ended.some(
        ({ url, start, end }) => url === answer.url && start <= answer.at && answer.at <= end,
      )
      if (isEnded || now - answer.at > MOST) open.delete(answer)
    }
    if (open.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  new PerformanceObserver((list) => {
    const end = Date.now()
    for (const { name, startTime } of list.getEntries())
      ended.push({ url: name.replace(/#.*/, ''), start: Math.floor(performance.timeOrigin + startTime), end })
    close()
  }).observe({ type: 'resource' })

  return (answer) => {
    open.add(answer)
    timer ??= setInterval(() => {
      close()
      if (open.size > 0) ping()
    }, PAUSE)
    close()
  }
}
