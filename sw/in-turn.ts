import type { RefreshLock } from './platform/ports.ts'

/** Sends what changes the session at the server. */
export type InTurn = <T>(send: () => Promise<T>) => Promise<T>

/**
 * Sends while no refresh is under way: a refresh by cookie that is answered later would bring back the cookie, and so the
 * user, of the session before.
 * @param lock undefined where there is no cookie
 * @param limit how long to wait for it, ms
 */
export const inTurn =
  (lock: RefreshLock | undefined, limit: number): InTurn =>
  async (send) => {
    let sent: ReturnType<typeof send> | undefined
    await lock?.run(limit, () => (sent = send()))
    return sent ?? send()
  }
