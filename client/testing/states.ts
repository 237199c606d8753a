import type { SessionInfo } from '../../sw/protocol/messages.ts'

/** `about-to-expire`: the access token is good for another second, and its refresh is due. `lost`: only a login helps. */
export type SessionState = 'logged-in' | 'about-to-expire' | 'lost' | 'anonymous'

export interface SessionDetails {
  /** The `sub` of the user. Default `test-user`. */
  subject?: string
  scope?: string
  /** How long the access token lives, s. Default 3600, or 1 where it is about to expire. */
  expiresIn?: number
}

const LIFETIME: Readonly<Record<'logged-in' | 'about-to-expire', number>> = {
  'logged-in': 3600,
  'about-to-expire': 1,
}

/** What `getSession()` gives in this state. */
export function sessionIn(
  state: SessionState,
  { subject = 'test-user', scope, expiresIn }: SessionDetails,
): SessionInfo {
  switch (state) {
    case 'anonymous':
      return { status: 'anonymous' }
    case 'lost':
      return { status: 'login-required', reason: 'invalid_grant', subject }
    case 'logged-in':
    case 'about-to-expire': {
      const expiresAt = Date.now() + (expiresIn ?? LIFETIME[state]) * 1000
      return { status: 'active', expiresAt, subject, ...(scope !== undefined && { scope }) }
    }
    default:
      throw new TypeError(
        `sw-token-broker: the session's state got '${String(state)}'; expected 'logged-in', 'about-to-expire', 'lost' or 'anonymous'`,
      )
  }
}
