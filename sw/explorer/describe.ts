import type { Session } from '../core/session.ts'

/** A session in a trace. */
export function describe(session: Session): string {
  switch (session.status) {
    case 'anonymous':
      return session.noticed ? 'anonymous, noticed' : 'anonymous'
    case 'login-required':
      return `lost ${session.sessionId.slice(0, 4)} ${session.reason}${session.announced ? ', announced' : ''}`
    case 'active': {
      const { sessionId, generation, refreshStartedAt, backOff, tokens } = session
      const marks = `${refreshStartedAt === undefined ? '' : ' journal'}${backOff ? ' back-off' : ''}`
      return `active ${sessionId.slice(-4)} g${generation} ${tokens.refreshToken ?? ''}${marks}`
    }
  }
}
