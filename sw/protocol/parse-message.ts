import { isAddressedTo, are, areMaybe, isObject, isSessionInfo } from './guards.ts'
import type { AnswerBegun, BrokerMessage, CommandError, Reply, SilentLoginOffered } from './messages.ts'

/**
 * Reads a message that arrived in a page for the broker called `name`.
 * @returns undefined for whatever is no message of this protocol version
 */
export const parseMessage = (name: string, data: unknown): BrokerMessage | undefined =>
  isBrokerMessage(name, data) ? data : undefined

/** Reads the worker's answer to a command; undefined for what is none. */
export const parseReply = (name: string, data: unknown): Reply | undefined =>
  isReply(name, data) ? data : undefined

/** Whether the worker says that a long answer has begun. */
export const isAnswerBegun = (name: string, data: unknown): data is AnswerBegun =>
  isAddressedTo(name, data) &&
  data.type === 'answer-begun' &&
  typeof data.url === 'string' &&
  typeof data.at === 'number'

/** Whether the worker looks for a page that runs a silent login. */
export const isSilentLoginOffered = (name: string, data: unknown): data is SilentLoginOffered =>
  isAddressedTo(name, data) && data.type === 'silent-login' && typeof data.id === 'string'

function isBrokerMessage(name: string, data: unknown): data is BrokerMessage {
  if (!isAddressedTo(name, data)) return false
  switch (data.type) {
    case 'session-changed':
      return isSessionInfo(data.session) && areMaybe('number', data.refreshAt)
    case 'login-required':
      return typeof data.reason === 'string' && areMaybe('string', data.loginUrl)
    case 'step-up-required':
      return areMaybe('string', data.acr_values, data.scope) && areMaybe('number', data.max_age)
    case 'broker-error':
      return are('string', data.code, data.message)
    default:
      return false
  }
}

const isReply = (name: string, data: unknown): data is Reply =>
  isAddressedTo(name, data) &&
  (data.session === undefined || isSessionInfo(data.session)) &&
  areMaybe('number', data.refreshAt) &&
  areMaybe('string', data.loginUrl, data.logoutUrl, data.goTo, data.frame) &&
  (data.error === undefined || isCommandError(data.error))

const isCommandError = (error: unknown): error is CommandError =>
  isObject(error) &&
  (error.code === 'tokens-not-accepted' || error.code === 'invalid-token-response') &&
  typeof error.message === 'string'
