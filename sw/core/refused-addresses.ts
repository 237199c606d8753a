/** ms */
const FIRST = 1000
const CAP = 60_000
const MOST = 100

/**
 * The addresses that refused a brand-new token. Without this an app that polls an endpoint which answers 401 for
 * reasons of its own would cost a refresh per poll.
 */
export interface RefusedAddresses {
  isCoolingDown(url: string, now: number): boolean
  add(url: string, now: number): void
  clear(url: string): void
}

export function refusedAddresses(): RefusedAddresses {
  const refusals = new Map<string, { times: number; since: number; until: number }>()
  const addressOf = (url: string): string => url.replace(/[?#].*/, '')
  return {
    isCoolingDown(url, now) {
      const refusal = refusals.get(addressOf(url))
      return refusal !== undefined && now >= refusal.since && now < refusal.until
    },
    add(url, now) {
      const times = (refusals.get(addressOf(url))?.times ?? 0) + 1
      if (refusals.size >= MOST) refusals.clear()
      refusals.set(addressOf(url), {
        times,
        since: now,
        until: now + Math.min(CAP, FIRST * 2 ** (times - 1)),
      })
    },
    clear(url) {
      if (refusals.size > 0) refusals.delete(addressOf(url))
    },
  }
}
