import {
  MESSAGE_SOURCE,
  PROTOCOL_VERSION,
  type SessionInfo,
  type SessionStatus,
  type TokensByName,
} from './messages.ts'

type Members = Record<string, unknown>

export const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** Whether a message is of this protocol version and of the broker called `name`. */
export const isAddressedTo = (name: string, data: unknown): data is Members =>
  isObject(data) && data.v === PROTOCOL_VERSION && data.source === MESSAGE_SOURCE && data.name === name

export const isMaybe = (type: 'string' | 'number', value: unknown): boolean =>
  value === undefined || typeof value === type

const STATUSES: readonly SessionStatus[] = ['active', 'anonymous', 'login-required']

export const isSessionInfo = (value: unknown): value is SessionInfo =>
  isObject(value) &&
  STATUSES.some((status) => status === value.status) &&
  isMaybe('number', value.expiresAt) &&
  isMaybe('string', value.scope) &&
  isMaybe('string', value.subject) &&
  isMaybe('string', value.reason)

export const areTokens = (value: unknown): value is TokensByName =>
  isObject(value) && isMaybe('string', value.access_token) && isMaybe('string', value.refresh_token)

/** `members` without those that are undefined: a page should see only what there is. */
export function present<T extends object>(members: T): T {
  for (const [key, value] of Object.entries(members))
    if (value === undefined) Reflect.deleteProperty(members, key)
  return members
}
