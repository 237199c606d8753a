import { are, areMaybe, isObject } from '../protocol/guards.ts'
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

const isStored = (value: unknown): value is StoredSession =>
  isObject(value) && value.v === RECORD_VERSION && isSession(value.session)

type Members = Record<string, unknown>

/** Where there is no such member all is well, too. */
const isMaybe = (is: (value: Members) => boolean, value: unknown): boolean =>
  value === undefined || (isObject(value) && is(value))

function isSession(session: unknown): session is Session {
  if (!isObject(session) || !isMaybe(isAdopted, session.adopted)) return false
  if (session.status === 'anonymous') return are('boolean', session.noticed)
  if (!are('string', session.sessionId) || !are('number', session.generation)) return false
  if (session.status === 'login-required')
    return are('string', session.reason) && isMaybe(isSilentLogin, session.silentLogin)
  return (
    session.status === 'active' &&
    hasAccess(session) &&
    areMaybe('number', session.refreshStartedAt) &&
    areMaybe('string', session.refreshStartedFor) &&
    isMaybe((resources) => Object.values(resources).every(isAccess), session.resources) &&
    (session.retired === undefined || Array.isArray(session.retired)) &&
    isMaybe(isRecordedRequest, session.lastRequest)
  )
}

const hasAccess = ({ generation, tokens, backOff }: Members): boolean =>
  are('number', generation) && isObject(tokens) && areTokens(tokens) && isMaybe(isBackOff, backOff)

const isAccess = (value: unknown): boolean => isObject(value) && hasAccess(value)

const isAdopted = ({ sessionId, access, refresh }: Members): boolean =>
  are('string', sessionId) && areMaybe('string', access, refresh)

const isSilentLogin = ({ startedAt, isOver }: Members): boolean =>
  are('number', startedAt) && are('boolean', isOver)

const areTokens = (tokens: Members): boolean =>
  are('string', tokens.accessToken) &&
  are('number', tokens.receivedAt) &&
  areMaybe('string', tokens.refreshToken) &&
  areMaybe('number', tokens.expiresAt, tokens.refreshAt, tokens.renewedFrom, tokens.exp) &&
  isMaybe(isAnswer, tokens.answer)

const isAnswer = ({ status, body, headers }: Members): boolean =>
  are('number', status) && are('string', body) && (headers === undefined || Array.isArray(headers))

const isBackOff = ({ since, until, failures, failure }: Members): boolean =>
  are('number', since, until, failures) &&
  isObject(failure) &&
  are('string', failure.kind, failure.code, failure.message)

const isRecordedRequest = ({ url, method, body, headers }: Members): boolean =>
  are('string', url, method, body) && Array.isArray(headers)
