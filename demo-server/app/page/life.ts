// How long the access token still lives, and how much of its whole life that is.
import { numberIn, parseJson } from './json.ts'
import type { SessionInfo } from 'sw-token-broker/client'

export interface Life {
  left: number
  /** 1 = just issued, 0 = expired. */
  share: number
}

export interface LifeClock {
  update(session: SessionInfo): void
  now(): Life | undefined
}

/** A page that opens later does not know when the token was issued: the page that saw it leaves a note. */
export function createLifeClock(name: string): LifeClock {
  const key = `demo.life.${name}`
  let expiresAt: number | undefined
  let total = 1
  return {
    update(session) {
      if (session.status !== 'active' || session.expiresAt === undefined) {
        expiresAt = undefined
        return
      }
      if (session.expiresAt === expiresAt) return
      expiresAt = session.expiresAt
      const stored = parseJson(localStorage.getItem(key))
      total =
        numberIn(stored, 'expiresAt') === expiresAt
          ? numberIn(stored, 'total')
          : Math.max(1, expiresAt - Date.now())
      localStorage.setItem(key, JSON.stringify({ expiresAt, total }))
    },
    now() {
      if (expiresAt === undefined) return undefined
      const left = Math.max(0, expiresAt - Date.now())
      return { left, share: Math.min(1, left / total) }
    },
  }
}

export function secondsText(life: Life): string {
  return life.left === 0 ? 'expired' : `${Math.ceil(life.left / 1000)} s`
}
