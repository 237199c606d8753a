import type { RefreshLock } from './ports.ts'

/**
 * The Web Lock `name`. It is never stolen: a worker that dies releases it within a millisecond (Web Locks §4.1), and a
 * slow one must be allowed to store what the server has already rotated.
 */
export const webLock = (name: string): RefreshLock => ({
  async run(limit, critical) {
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), limit)
    try {
      return await navigator.locks.request(name, { signal: waiting.signal }, () => {
        clearTimeout(timer)
        return critical()
      })
    } catch (error) {
      if (waiting.signal.aborted) return undefined
      throw error
    } finally {
      clearTimeout(timer)
    }
  },
})
