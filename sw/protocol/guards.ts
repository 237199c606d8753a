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

type Primitive = 'string' | 'number' | 'boolean'

export const are = (type: Primitive, ...values: unknown[]): boolean =>
  values.every((value) => typeof value === type)

export const areMaybe = (type: Primitive, ...values: unknown[]): boolean =>
  values.every((value) => value === undefined || typeof value === type)

const STATUSES: readonly SessionStatus[] = ['active', 'anonymous', 'login-required']

export const isSessionInfo = (value: unknown): value is SessionInfo =>
  isObject(value) &&
  STATUSES.some((status) => status === value.status) &&
  areMaybe('number', value.expiresAt) &&
  areMaybe('string', value.scope, value.subject, value.reason)

export const areTokens = (value: unknown): value is TokensByName =>
  isObject(value) && areMaybe('string', value.access_token, value.refresh_token)

/** `members` without those that are undefined: a page should see only what there is. */
export function present<T extends object>(members: T): T {
  for (const [key, value] of Object.entries(members))
    if (value === undefined) Reflect.deleteProperty(members, key)
  return members
}
