// Where refresh tokens travel: in the bodies of requests and answers, or in a cookie that no script can read.
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { readJsonObject, stringIn } from './json.ts'

export interface Carrier {
  /** The refresh token that a request brings. */
  refreshTokenIn(c: Context): Promise<string | undefined>
  /** Puts one beside the answer's body. */
  give(c: Context, refreshToken: string): void
  takeBack(c: Context): void
  /** Whether the browser sends it by itself, so that another site could make it do that. */
  isAmbient: boolean
}

/** @param members that may hold the token in a request; the answer's body is the business of the flavour */
export const inBody = (...members: string[]): Carrier => ({
  async refreshTokenIn(c) {
    const body = await readJsonObject(c)
    return members.map((member) => stringIn(body, member)).find((token) => token !== undefined)
  },
  give: () => {},
  takeBack: () => {},
  isAmbient: false,
})

const COOKIE = 'refresh_token'

/** @param path that the cookie is sent to */
export const inCookie = (path: string): Carrier => ({
  refreshTokenIn: async (c) => getCookie(c, COOKIE),
  // Without `Secure`, as not every browser takes http://localhost for secure enough.
  give: (c, token) => setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Strict', path }),
  takeBack: (c) => void deleteCookie(c, COOKIE, { path }),
  isAmbient: true,
})
