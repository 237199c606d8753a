import { seeDocs } from '../sw/protocol/help.ts'
import type { CommandError } from '../sw/protocol/messages.ts'

/**
 * - `unsupported`: this browser, or this mode of it, has no service workers.
 * - `insecure-context`: service workers need https or localhost.
 * - `registration-failed`: the browser refused the worker, or the worker failed to install.
 * - `timeout`: no broker answered in time.
 * - `tokens-not-accepted`: `setSession()` needs `acceptTokens: true` in the worker.
 * - `invalid-token-response`: `setSession()` got no access token, or a member of a wrong type.
 * - `fallback-failed`: no worker can be had, and the broker cannot run in the page either.
 * - `no-login-url`: `login()` was called, but the worker's options name no `loginUrl`.
 * - `popup-blocked`: `login({ popup: true })` was kept from opening its window.
 */
export type TokenBrokerErrorCode =
  | 'unsupported'
  | 'insecure-context'
  | 'registration-failed'
  | 'timeout'
  | 'fallback-failed'
  | 'no-login-url'
  | 'popup-blocked'
  | CommandError['code']

export class TokenBrokerError extends Error {
  override readonly name = 'TokenBrokerError'
  readonly code: TokenBrokerErrorCode

  constructor(code: TokenBrokerErrorCode, message: string, cause?: unknown) {
    super(`${message.replace(/\.$/, '')}. ${seeDocs(code)}`, { cause })
    this.code = code
  }
}
