import { areTokens, isAddressedTo } from './guards.ts'
import type { Command } from './messages.ts'

/**
 * Reads a message that a page posted to the broker called `name`.
 * @returns undefined for whatever is no command of this protocol version: other scripts post messages too
 */
export function parseCommand(name: string, data: unknown): Command | undefined {
  if (!isAddressedTo(name, data)) return undefined
  switch (data.type) {
    case 'get-session':
      return {
        type: 'get-session',
        ...(data.isLanding === true && { isLanding: true }),
        ...(data.whenDecided === true && { whenDecided: true }),
      }
    case 'logout':
    case 'claim':
    case 'check-registration':
    case 'retire':
    case 'inspect':
      return { type: data.type }
    case 'set-session':
      return { type: 'set-session', tokenResponse: data.tokenResponse }
    case 'nudge':
      return { type: 'nudge', online: data.online === true }
    case 'adopt':
      return areTokens(data.tokens) ? { type: 'adopt', tokens: data.tokens } : undefined
    case 'silent-login':
      return typeof data.id === 'string' ? { type: 'silent-login', id: data.id } : undefined
    default:
      return undefined
  }
}
