import type { Inspection } from '../../sw/protocol/inspection.ts'
import type { Row } from './rows.ts'

/** A line of the panel's head. */
export interface Fact {
  name: string
  text: string
  tone: 'good' | 'warn' | 'bad' | ''
}

const TONES = { active: 'good', anonymous: '', 'login-required': 'bad' } as const

/**
 * @param rows newest first
 * @param now ms since the epoch
 */
export function factsOf(
  { session, sessionHash, generation, refreshAt, worker }: Inspection,
  rows: readonly Row[],
  now: number,
): Fact[] {
  const { status, reason, subject, scope, expiresAt } = session
  const error = rows.find(({ code }) => code !== undefined)
  const facts: [name: string, text: string | 0 | undefined, tone?: Fact['tone']][] = [
    ['Session', reason === undefined ? status : `${status} (${reason})`, TONES[status]],
    ['User', subject],
    ['Session hash', sessionHash],
    ['Generation', generation?.toString()],
    ['Expires', expiresAt && fromNow(expiresAt, now), expiresAt && expiresAt < now ? 'warn' : ''],
    ['Next refresh', refreshAt && fromNow(refreshAt, now)],
    ['Last error', error?.code && `${error.code}, ${fromNow(error.at, now)}`, 'warn'],
    ['Scope', scope],
    ['Worker', worker],
  ]
  return facts.flatMap(([name, text, tone = '']) => (text ? [{ name, text, tone }] : []))
}

function fromNow(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000)
  return seconds > 0 ? `in ${seconds} s` : `${-seconds} s ago`
}
