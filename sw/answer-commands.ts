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
  /** What becomes of a page that has landed on a path of the login while no worker could answer it. */
  land: (url: string) => Promise<Pick<Reply, 'goTo' | 'isDone'>>
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

  const run = async (
    command: Command,
    source: Client | undefined,
    extend: Extend,
  ): Promise<Partial<Reply>> => {
    if (command.type === 'logout') await ports.logout()
    if (command.type === 'nudge') await refreshIfDue(extend, command.online === true)
    if (command.type === 'claim') await self.clients.claim()
    const isLanding = command.type === 'get-session' && command.isLanding === true
    // The address is the browser's word, not the page's; a login in a frame is an attacker's (RFC 10017 §5.1.3).
    return isLanding && source && source.frameType !== 'nested' ? ports.land(source.url) : {}
  }

  const reply = async (command: Command, source: Client | undefined, extend: Extend): Promise<Reply> => {
    const envelope = {
      v: PROTOCOL_VERSION,
      source: MESSAGE_SOURCE,
      name,
      loginUrl,
      logoutUrl: ports.logoutUrl,
    } as const
    try {
      const landing = await run(command, source, extend)
      const session = await keeper.current()
      return present({
        ...envelope,
        session: sessionInfo(session),
        ...nudgeAt(session, circumstances),
        ...landing,
      })
    } catch {
      // The store does not answer: the page may know that there is a broker, and nothing else.
      return present(envelope)
    }
  }

  return (event) => {
    const command = parseCommand(name, event.data)
    if (!command) return
    const source = event.source instanceof Client ? event.source : undefined
    const answer = reply(command, source, (promise) => event.waitUntil(promise.catch(() => undefined)))
    event.waitUntil(answer.then((message) => event.ports[0]?.postMessage(message)))
  }
}
