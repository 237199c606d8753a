/** A refresh that is due again at once waits at least this long, ms. */
const LEAST = 1000
/** The longest that `setTimeout` can wait, ms. */
const MOST = 2 ** 31 - 1

/** When an idle page nudges the worker next, ms since the epoch; undefined for never. */
export type Arm = (refreshAt: number | undefined) => void

/**
 * Nudges the worker so that an idle session stays warm: by a timer in one visible page, which holds a Web Lock for it,
 * and in each page when it is shown again or the network is back. A worker has no timers that outlive it.
 */
export function keepWarm(name: string, nudge: (online: boolean) => void): Arm {
  let due: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let leave: (() => void) | undefined
  let isLeader = false

  const schedule = (): void => {
    clearTimeout(timer)
    if (!isLeader || due === undefined) return
    timer = setTimeout(() => nudge(false), Math.min(Math.max(due - Date.now(), LEAST), MOST))
  }
  const lead = (): void => {
    const waiting = new AbortController()
    leave = () => waiting.abort()
    navigator.locks
      .request(`sw-token-broker:${name}:timer`, { signal: waiting.signal }, () => {
        isLeader = true
        schedule()
        return new Promise<void>((resolve) => (leave = resolve))
      })
      // Hidden before it was this page's turn.
      .catch(() => undefined)
  }
  const follow = (): void => {
    leave?.()
    isLeader = false
    schedule()
  }

  if (document.visibilityState === 'visible') lead()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return follow()
    lead()
    nudge(false)
  })
  document.addEventListener('prerenderingchange', () => nudge(false))
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) nudge(false)
  })
  addEventListener('online', () => nudge(true))

  return (refreshAt) => {
    due = refreshAt
    schedule()
  }
}
