import type { Adopter } from './adopt-session.ts'
import { present } from './protocol/guards.ts'
import { envelope } from './protocol/broker-message.ts'
import type { Command, Reply } from './protocol/messages.ts'
import type { Inspection } from './protocol/inspection.ts'
import { parseCommand } from './protocol/parse-command.ts'
import { TOKENS_NOT_ACCEPTED, type TokenAcceptor } from './accept-tokens.ts'
import { freshness } from './core/freshness.ts'
import type { Session } from './core/session.ts'
import { nudgeAt, sessionInfo, type Circumstances } from './core/session-info.ts'
import { begunRefresh } from './core/resource-access.ts'
import type { Clock, Extend } from './platform/ports.ts'
import type { Land } from './land.ts'
import type { Refresher } from './refresh-session.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SilentLoginFlow } from './silent-login.ts'

export interface CommandPorts {
  name: string
  circumstances: Circumstances
  keeper: SessionKeeper
  refresher: Refresher
  clock: Clock
  logout: (extend: Extend) => Promise<void>
  /** What a developer may know. */
  inspect: (session: Session) => Inspection
  /** Leaves every request alone from now on: the broker is being taken away. */
  retire: () => void
  /** Takes over the pages that are not controlled. */
  claim: () => Promise<void>
  /** Where a page goes to log out, if the server takes part. */
  logoutUrl?: string
  /** Undefined where no page may hand over tokens. */
  accept?: TokenAcceptor
  /** Undefined where no path of the app belongs to the login. */
  land?: Land
  /** Undefined where a session can only begin with a login. */
  adopt: Adopter | undefined
  silentLogin?: SilentLoginFlow
  checkRegistration?: () => Promise<void>
}

/**
 * Answers a message of a page.
 * @param landed the address at which the page has loaded, where a login may end there
 * @returns undefined for what is no command of ours
 */
export type CommandAnswerer = (
  message: unknown,
  landed: string | undefined,
  extend: Extend,
) => Promise<Reply> | undefined

export function commandAnswerer(ports: CommandPorts): CommandAnswerer {
  const { name, circumstances, keeper, refresher, clock } = ports
  const { loginUrl, canRefresh } = circumstances
  let isRetired = false

  const refreshIfDue = async (extend: Extend, online: boolean): Promise<void> => {
    const session = await keeper.current()
    if (session.status !== 'active' || !canRefresh(session.tokens)) return
    const due = freshness(session.tokens, clock.now()) === 'fresh' ? begunRefresh(session) : session
    if (!due) return
    const ignoreBackOff = online && due.backOff?.failure.kind === 'network'
    await refresher.refresh(due, extend, { ignoreBackOff })
  }

  const run = async (
    command: Command,
    landed: string | undefined,
    extend: Extend,
  ): Promise<Partial<Reply>> => {
    if (command.type === 'logout') await ports.logout(extend)
    if (command.type === 'nudge') await refreshIfDue(extend, command.online === true)
    if (command.type === 'set-session')
      return { error: ports.accept ? await ports.accept(command.tokenResponse) : TOKENS_NOT_ACCEPTED }
    if (command.type === 'retire') {
      isRetired = true
      ports.retire()
      await keeper.dispatch({ type: 'logged-out' })
    }
    if (command.type === 'claim') await ports.claim()
    if (command.type === 'check-registration') await ports.checkRegistration?.()
    if (command.type === 'adopt') return { kept: await ports.adopt?.(command.tokens) }
    if (command.type === 'silent-login') return { frame: ports.silentLogin?.take(command.id) }
    const isLanding = command.type === 'get-session' && command.isLanding === true
    return (isLanding && landed !== undefined && (await ports.land?.(landed, keeper))) || {}
  }

  const reply = async (command: Command, landed: string | undefined, extend: Extend): Promise<Reply> => {
    const always = { ...envelope(name), loginUrl, logoutUrl: ports.logoutUrl }
    // The store is gone, and to ask it would make it anew.
    if (isRetired) return present({ ...always, session: { status: 'anonymous' } })
    try {
      const answer = await run(command, landed, extend)
      const session = await (waits(command) ? keeper.decided() : keeper.current())
      const isDecided = !ports.silentLogin?.awaits(session)
      return present({
        ...always,
        session: isDecided ? sessionInfo(session) : undefined,
        ...nudgeAt(session, circumstances),
        ...answer,
        inspection: command.type === 'inspect' ? ports.inspect(session) : undefined,
      })
    } catch {
      // The store does not answer: the page may know that there is a broker, and nothing else.
      return present(always)
    }
  }

  const waits = (command: Command): boolean =>
    command.type === 'nudge' || (command.type === 'get-session' && command.whenDecided === true)

  return (message, landed, extend) => {
    const command = parseCommand(name, message)
    return command && reply(command, landed, extend)
  }
}
