import { confirmed } from './end-session.ts'
import type { Clock, Extend, TokenEndpoint } from './platform/ports.ts'
import type { SessionKeeper } from './session-keeper.ts'

/**
 * A worker that a script has unregistered goes on for the pages that are open, and stands in no login's way any more
 * (RFC 10017 §7.4.1.1). It ends the session here and at the server, and the pages are told.
 */
export interface RegistrationWatch {
  /** For when a page says that it sees no registration. */
  look(): Promise<void>
  /** For when there is work anyway, after `answer`: it costs a conditional request for the script. */
  lookSeldom(answer: Promise<unknown>, extend: Extend): void
}

export interface RegistrationWatchPorts {
  keeper: SessionKeeper
  endpoint: TokenEndpoint
  clock: Clock
  isUnregistered: () => Promise<boolean>
}

/** ms */
const SELDOM = 5 * 60_000

export function registrationWatch(ports: RegistrationWatchPorts): RegistrationWatch {
  const { keeper, endpoint, clock, isUnregistered } = ports
  let lookedAt = clock.now()

  const end = async (): Promise<void> => {
    const session = await keeper.current()
    if (session.status !== 'active') return
    const { before, after } = await keeper.change({ type: 'lost', basis: session, reason: 'unregistered' })
    if (before.status !== 'active') return
    // A refresh came in between: what there is now is to end.
    if (after === before) return end()
    await confirmed(keeper, endpoint.revoke(before))
  }

  const isDue = (): boolean => Math.abs(clock.now() - lookedAt) >= SELDOM
  const look = async (): Promise<void> => {
    lookedAt = clock.now()
    if (await isUnregistered()) await end()
  }
  return {
    look,
    lookSeldom(answer, extend) {
      // `waitUntil` is dear: 30 µs for each request.
      if (!isDue()) return
      extend(answer.then(() => (isDue() ? look() : undefined)))
    },
  }
}
