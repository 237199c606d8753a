import { envelope } from '../sw/protocol/broker-message.ts'
import type { Command, CommandMessage, Reply } from '../sw/protocol/messages.ts'
import { parseReply } from '../sw/protocol/parse-message.ts'

/** A worker, or the broker in this page. */
export interface Postable {
  postMessage(message: unknown, transfer: Transferable[]): void
}

/**
 * Posts a command to a worker. A worker that the browser ends drops its messages, hence the time limit.
 * @param limit ms
 * @returns the reply, or undefined where none came in time
 */
export function ask(
  worker: Postable,
  name: string,
  command: Command,
  limit: number,
): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const finish = (reply?: Reply): void => {
      clearTimeout(timer)
      port1.close()
      resolve(reply)
    }
    const timer = setTimeout(finish, limit)
    port1.onmessage = ({ data }) => finish(parseReply(name, data))
    tell(worker, name, command, port2)
  })
}

/** Posts a command to a worker, which replies on `port`. */
export function tell(worker: Postable, name: string, command: Command, ...port: MessagePort[]): void {
  const message: CommandMessage = { ...envelope(name), ...command }
  worker.postMessage(message, port)
}
