import { envelope } from '../protocol/broker-message.ts'
import type { CommandMessage } from '../protocol/messages.ts'
import { invalid, oneOf, readOptions } from '../validate.ts'
import { brokerDatabases, wipe } from '../platform/wipe.ts'

export interface UninstallOptions {
  /** The worker's registration. Default: the one in whose scope this page is. */
  registration?: ServiceWorkerRegistration
  /** Whether to unregister the worker: not where it has other tasks too. Default true. */
  unregister?: boolean
}

const OPTIONS = {
  registration: (option: string, value: ServiceWorkerRegistration | undefined) =>
    value === undefined || 'active' in Object(value)
      ? value
      : invalid(option, value, 'a ServiceWorkerRegistration'),
  unregister: oneOf(true, false),
}

/** How long a worker may take to stop, ms. */
const LIMIT = 3000

/**
 * Takes the broker away: every tab's calls go out plain at once, the store is deleted and the worker unregistered. It
 * does nothing where there is none, so it may run at every start of the app.
 * @throws TypeError naming an option that is unknown or of the wrong type
 * @see https://w3c.github.io/ServiceWorker/#navigator-service-worker-unregister
 */
export async function uninstallTokenBroker(options: UninstallOptions = {}): Promise<void> {
  const { registration, unregister } = readOptions('uninstallTokenBroker', options, OPTIONS, '')
  const container = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined
  const own = registration ?? (await container?.getRegistration())
  const names = (await brokerDatabases()).map((database) => database.slice(database.indexOf(':') + 1))
  const workers = new Set([own?.installing, own?.waiting, own?.active, container?.controller])
  await Promise.all(
    [...workers].flatMap((worker) => (worker ? names.map((name) => retire(worker, name)) : [])),
  )
  if (unregister) await own?.unregister()
  await wipe()
}

/** A page stays with its worker until it is reloaded, unregistered or not: so the worker itself must stop. */
function retire(worker: ServiceWorker, name: string): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const finish = (): void => {
      clearTimeout(timer)
      port1.close()
      resolve()
    }
    const timer = setTimeout(finish, LIMIT)
    port1.onmessage = finish
    const message: CommandMessage = { ...envelope(name), type: 'retire' }
    worker.postMessage(message, [port2])
  })
}
