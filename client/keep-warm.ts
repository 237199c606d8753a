/** A refresh that is due again at once waits at least this long, ms. */
const LEAST = 1000
/** How long a page leaves it to another one to nudge, ms. */
const TURN = 30_000
/** The longest that `setTimeout` can wait, ms. */
const MOST = 2 ** 31 - 1

/** When an idle page nudges the worker next, ms since the epoch; undefined for never. */
export type Arm = (refreshAt: number | undefined) => void

/**
 * Nudges the worker so that an idle session stays warm: by a timer in the visible pages, of which one gets its turn, and
 * in each page when it is shown again or the network is back. A worker has no timers that outlive it.
 */
export function keepWarm(name: string, nudge: (online: boolean) => Promise<void>, signal: AbortSignal): Arm {
  let due: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const wait = (ms: number): void => {
    clearTimeout(timer)
    if (due !== undefined && document.visibilityState === 'visible') timer = setTimeout(takeTurn, ms)
  }
  const schedule = (): void => wait(Math.min(Math.max((due ?? 0) - Date.now(), LEAST), MOST))
  // The lock is held for the nudge alone: a page that holds one is kept out of the back/forward cache.
  const takeTurn = (): void => {
    wait(TURN)
    // Web Locks need https or localhost.
    if (!('locks' in navigator)) return void nudge(false)
    void navigator.locks.request(`sw-token-broker:${name}:nudge`, { ifAvailable: true }, (lock) =>
      lock ? nudge(false) : undefined,
    )
  }

  document.addEventListener(
    'visibilitychange',
    () => {
      schedule()
      if (document.visibilityState === 'visible') void nudge(false)
    },
    { signal },
  )
  document.addEventListener('prerenderingchange', () => void nudge(false), { signal })
  addEventListener(
    'pageshow',
    ({ persisted }) => {
      if (persisted) void nudge(false)
    },
    { signal },
  )
  addEventListener('online', () => void nudge(true), { signal })

  return (refreshAt) => {
    due = refreshAt
    schedule()
  }
}
