import { present } from './protocol/guards.ts'
import { MESSAGE_SOURCE, PROTOCOL_VERSION, type Command, type Reply } from './protocol/messages.ts'
import { parseCommand } from './protocol/parse-command.ts'
import { freshness } from './core/freshness.ts'
import { nudgeAt, sessionInfo, type Circumstances } from './core/session-info.ts'
import type { Clock } from './platform/ports.ts'
import type { Extend, Refresher } from './refresh-session.ts'
import type { SessionKeeper } from './session-keeper.ts'

declare const self: ServiceWorkerGlobalScope

export interface CommandPorts {
  name: string
  circumstances: Circumstances
  keeper: SessionKeeper
  refresher: Refresher
  clock: Clock
  logout: () => Promise<void>
  /** Where a page goes to log out, if the server takes part. */
  logoutUrl?: string
  /** Where a page goes on that has landed on a path of the login while no worker could answer it. */
  goTo: (url: string) => Promise<string | undefined>
}

/** Answers the messages of pages; what is no command of ours is left to the app's other listeners. */
export function commandListener(ports: CommandPorts): (event: ExtendableMessageEvent) => void {
  const { name, circumstances, keeper, refresher, clock } = ports
  const { loginUrl, canRefresh } = circumstances

  const refreshIfDue = async (extend: Extend, online: boolean): Promise<void> => {
    const session = await keeper.current()
    if (session.status !== 'active' || !canRefresh(session.tokens)) return
    const { tokens, refreshStartedAt, backOff } = session
    const isDue = freshness(tokens, clock.now()) !== 'fresh' || refreshStartedAt !== undefined
    if (!isDue) return
    const ignoreBackOff = online && backOff?.failure.kind === 'network'
    await refresher.refresh(session, extend, { ignoreBackOff })
  }

  const run = async (command: Command, extend: Extend): Promise<string | undefined> => {
    if (command.type === 'logout') await ports.logout()
    if (command.type === 'nudge') await refreshIfDue(extend, command.online === true)
    if (command.type === 'claim') await self.clients.claim()
    return command.type === 'get-session' && command.url !== undefined ? ports.goTo(command.url) : undefined
  }

  const reply = async (command: Command, extend: Extend): Promise<Reply> => {
    const envelope = {
      v: PROTOCOL_VERSION,
      source: MESSAGE_SOURCE,
      name,
      loginUrl,
      logoutUrl: ports.logoutUrl,
    } as const
    try {
      const goTo = await run(command, extend)
      const session = await keeper.current()
      return present({ ...envelope, session: sessionInfo(session), ...nudgeAt(session, circumstances), goTo })
    } catch {
      // The store does not answer: the page may know that there is a broker, and nothing else.
      return present(envelope)
    }
  }

  return (event) => {
    const command = parseCommand(name, event.data)
    if (!command) return
    const answer = reply(command, (promise) => event.waitUntil(promise.catch(() => undefined)))
    event.waitUntil(answer.then((message) => event.ports[0]?.postMessage(message)))
  }
}
