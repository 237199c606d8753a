import type { ActiveSession, Basis } from './core/session.ts'
import type { Clock, TokenEndpoint } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LogoutCommandPorts {
  keeper: SessionKeeper
  endpoint: TokenEndpoint
  clock: Clock
  /** Whether the refresh token is in a cookie. */
  byCookie: boolean
}

/** How long a page that logs out waits for the server to know it, ms. */
const REVOKE_WAIT = 2000

/** `broker.logout()`: the session ends here and now; the server is told best-effort. */
export const logoutCommand =
  ({ keeper, endpoint, clock, byCookie }: LogoutCommandPorts) =>
  async (): Promise<void> => {
    const session = await endSession(keeper)
    // A cookie may outlive the session that is known here.
    const tokens = session?.tokens ?? (byCookie ? { accessToken: '', receivedAt: 0 } : undefined)
    if (tokens) await clock.within(REVOKE_WAIT, endpoint.revoke(tokens))
  }

/**
 * Takes the tokens out and clears the store first, so that nothing that happens later can bring them back.
 * @param shown the session of a page's placeholder: that of another session must not end this one
 * @returns what has ended
 */
export async function endSession(keeper: SessionKeeper, shown?: Basis): Promise<ActiveSession | undefined> {
  const { before } = await keeper.change({ type: 'logged-out', sessionId: shown?.sessionId })
  const isEnded = before.status === 'active' && (!shown || shown.sessionId === before.sessionId)
  return isEnded ? before : undefined
}
