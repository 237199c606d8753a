import type { ActiveSession, Basis } from './core/session.ts'
import type { Clock, Extend, TokenEndpoint } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

export interface LogoutCommandPorts {
  keeper: SessionKeeper
  endpoint: TokenEndpoint
  clock: Clock
  /** Whether the refresh token is in a cookie. */
  byCookie: boolean
}

/** How long a page that logs out waits for the server to know it, ms. */
export const REVOKE_WAIT = 2000

/** `broker.logout()`: the session ends here and now; the server is told best-effort. */
export const logoutCommand =
  ({ keeper, endpoint, clock, byCookie }: LogoutCommandPorts) =>
  async (extend: Extend): Promise<void> => {
    // A cookie may outlive the session that is known here.
    const session = (await endSession(keeper)) ?? (byCookie ? UNKNOWN : undefined)
    if (!session) return
    const told = confirmed(keeper, endpoint.revoke(session))
    extend(told)
    await clock.within(REVOKE_WAIT, told)
  }

const UNKNOWN: ActiveSession = {
  status: 'active',
  sessionId: '',
  generation: 0,
  tokens: { accessToken: '', receivedAt: 0 },
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

/** A developer should know where the server may go on with a session that is over here. */
export async function confirmed(keeper: SessionKeeper, answer: Promise<Response | undefined>): Promise<void> {
  const response = await answer.catch(() => null)
  if (response === undefined || response?.ok) return
  const message = 'The server did not confirm the logout.'
  await keeper.tell({ type: 'broker-error', code: 'logout-unconfirmed', message, status: response?.status })
}
