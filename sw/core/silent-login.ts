import type { LostSession, Session } from './session.ts'

/** How long a silent login may take, ms. */
export const SILENT_LOGIN_LIMIT = 10_000

/** Whether a session was lost and a silent login may still bring it back, so that the pages need not know yet. */
export function awaitsSilentLogin(session: Session, now: number): session is LostSession {
  if (session.status !== 'login-required' || session.announced || session.reason === 'unregistered')
    return false
  return session.silentLogin === undefined || timeLeft(session, now) > 0
}

/** ms until the silent login of this session is given up; 0 where there is none under way. */
export function timeLeft({ silentLogin }: LostSession, now: number): number {
  if (!silentLogin || silentLogin.isOver) return 0
  const { startedAt } = silentLogin
  // A clock that was set back must not make it longer.
  return now < startedAt ? 0 : Math.max(0, startedAt + SILENT_LOGIN_LIMIT - now)
}
