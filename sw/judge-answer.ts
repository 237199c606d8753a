import type { Announcement } from './protocol/messages.ts'
import { peekBody } from './platform/peek-body.ts'
import type { Clock } from './platform/ports.ts'

/**
 * Whether an answer says that the token has expired; undefined for the usual: a 401 does, nothing else.
 * @param response its body is the page's: look at it through `peek` alone
 * @param peek the first 64 KiB of the body, or what comes within a second: the value of JSON, or the text; '' for what is
 *   neither, such as media and event streams
 */
export type IsExpired = (
  response: Response,
  peek: () => Promise<unknown>,
) => boolean | undefined | Promise<boolean | undefined>

/** Asks the app's hook; undefined where that says nothing. Of a hook that fails the developer is told. */
export type Judge = (response: Response) => Promise<boolean | undefined>

/** An answer waits no longer for the hook, ms. */
const LONGEST = 5000

export const judge =
  (isExpired: IsExpired, clock: Clock, report: (announcement: Announcement) => void): Judge =>
  async (response) => {
    let looked: Promise<unknown> | undefined
    const ask = async (): Promise<{ verdict: boolean | undefined }> => ({
      verdict: await isExpired(response, () => (looked ??= peekBody(response, clock))),
    })
    let fault: string
    try {
      const answer = await clock.within(LONGEST, ask())
      if (answer) return answer.verdict
      fault = `took longer than ${LONGEST / 1000} s`
    } catch (cause) {
      fault = `threw: ${String(cause)}`
    }
    const message = `The option 'isExpired' ${fault}; the answer was passed on.`
    report({ type: 'broker-error', code: 'is-expired-failed', message })
    return false
  }
