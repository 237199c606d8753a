import { isMaybe, isObject } from '../protocol/guards.ts'
import { ANONYMOUS, type LostSession, type Session } from './session.ts'

/** Version of the record; members may be added to a version, never changed. */
export const RECORD_VERSION = 1

/** What lies in the store. A worker of another version may have written it, and so may any script of the origin. */
export interface StoredSession {
  v: typeof RECORD_VERSION
  session: Session
}

/** What stands for a record that makes no sense: as good as a lost session. */
const SPOILT: LostSession = {
  status: 'login-required',
  sessionId: '',
  generation: 0,
  reason: 'store-unreadable',
  announced: false,
}

/** What stands for a record of a newer version. To mark it as announced would overwrite what that version understands. */
const NEWER: LostSession = { ...SPOILT, announced: true }

/** @returns what this version can make of a record */
export function readStored(value: unknown): Session {
  if (value === undefined) return ANONYMOUS
  if (isStored(value)) return value.session
  return isObject(value) && typeof value.v === 'number' && value.v > RECORD_VERSION ? NEWER : SPOILT
}

/** Whether a session stands for a record that this version cannot read, or, with `NEWER`, has not written. */
export const isUnreadable = (session: Session): boolean => session === SPOILT || session === NEWER
export const isOfNewerVersion = (session: Session): boolean => session === NEWER

const areBasis = (session: Record<string, unknown>): boolean =>
  typeof session.sessionId === 'string' && typeof session.generation === 'number'

const isStored = (value: unknown): value is StoredSession =>
  isObject(value) && value.v === RECORD_VERSION && isSession(value.session)

function isSession(session: unknown): session is Session {
  if (!isObject(session) || !isAdopted(session.adopted)) return false
  switch (session.status) {
    case 'anonymous':
      return typeof session.noticed === 'boolean'
    case 'login-required':
      return (
        areBasis(session) &&
        typeof session.reason === 'string' &&
        (session.silentLogin === undefined || isSilentLogin(session.silentLogin))
      )
    case 'active':
      return (
        areBasis(session) &&
        areTokens(session.tokens) &&
        isMaybe('number', session.refreshStartedAt) &&
        isMaybe('string', session.refreshStartedFor) &&
        (session.resources === undefined || areResources(session.resources)) &&
        (session.backOff === undefined || isBackOff(session.backOff)) &&
        (session.retired === undefined || Array.isArray(session.retired)) &&
        (session.lastRequest === undefined || isRecordedRequest(session.lastRequest))
      )
    default:
      return false
  }
}

const areResources = (resources: unknown): boolean =>
  isObject(resources) &&
  Object.values(resources).every(
    (access) =>
      isObject(access) &&
      typeof access.generation === 'number' &&
      areTokens(access.tokens) &&
      (access.backOff === undefined || isBackOff(access.backOff)),
  )

const isAdopted = (value: unknown): boolean =>
  value === undefined ||
  (isObject(value) &&
    typeof value.sessionId === 'string' &&
    isMaybe('string', value.access) &&
    isMaybe('string', value.refresh))

const isSilentLogin = (value: unknown): boolean =>
  isObject(value) && typeof value.startedAt === 'number' && typeof value.isOver === 'boolean'

const areTokens = (tokens: unknown): boolean =>
  isObject(tokens) &&
  typeof tokens.accessToken === 'string' &&
  typeof tokens.receivedAt === 'number' &&
  isMaybe('string', tokens.refreshToken) &&
  isMaybe('number', tokens.expiresAt) &&
  isMaybe('number', tokens.refreshAt) &&
  isMaybe('number', tokens.renewedFrom) &&
  isMaybe('number', tokens.exp) &&
  (tokens.answer === undefined || isAnswer(tokens.answer))

const isAnswer = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.status === 'number' &&
  typeof value.body === 'string' &&
  (value.headers === undefined || Array.isArray(value.headers))

const isBackOff = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.since === 'number' &&
  typeof value.until === 'number' &&
  typeof value.failures === 'number' &&
  isObject(value.failure) &&
  typeof value.failure.kind === 'string' &&
  typeof value.failure.code === 'string' &&
  typeof value.failure.message === 'string'

const isRecordedRequest = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.url === 'string' &&
  typeof value.method === 'string' &&
  typeof value.body === 'string' &&
  Array.isArray(value.headers)
