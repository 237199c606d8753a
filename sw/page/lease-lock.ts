import type { RefreshLock } from '../platform/ports.ts'

/** A page that holds the lock renews it well before; one that is gone loses it then, ms. */
const LEASE = 15_000
const RENEWAL = 4000
/** Far longer than a write of another tab takes to be seen, ms. */
const SETTLING = 100

/**
 * A lock between tabs for pages without Web Locks, which need https or localhost: a lease in `localStorage`. Two tabs
 * may write at once, so each looks again a moment later whether the lease is its own.
 */
export const leaseLock = (name: string): RefreshLock => ({
  async run(limit, critical) {
    const key = `${name}:lock`
    const owner = String(crypto.getRandomValues(new Uint32Array(4)))
    const holder = (): string | undefined => {
      const [who, until] = (localStorage.getItem(key) ?? '').split(' ')
      return Number(until) > Date.now() ? who : undefined
    }
    const write = (): void => localStorage.setItem(key, `${owner} ${Date.now() + LEASE}`)
    const take = async (): Promise<boolean> => {
      if (holder() !== undefined) return false
      write()
      await pause(SETTLING)
      return holder() === owner
    }

    for (const end = Date.now() + limit; !(await take()); await pause(SETTLING * Math.random()))
      if (Date.now() > end) return undefined
    const renewal = setInterval(write, RENEWAL)
    try {
      return await critical()
    } finally {
      clearInterval(renewal)
      if (holder() === owner) localStorage.removeItem(key)
    }
  },
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
