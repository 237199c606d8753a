import type { AdoptOptions } from './adopt.ts'
import { checkOptions } from './check-options.ts'
import { connectWorker, type WorkerAddress } from './connect-worker.ts'
import { TokenBrokerError } from './error.ts'
import type { TrustedScriptURL } from './trusted-script-url.ts'
import { Client, isPrerendering, type TokenBrokerClient } from './token-broker-client.ts'

export interface RegisterOptions extends RegistrationOptions {
  /** The registration of an app that registers its worker itself; the URL is used only where it has no worker yet. */
  registration?: ServiceWorkerRegistration
  /** The `name` of the broker, where the worker has several. Default `default`. */
  name?: string
  /**
   * Where the app keeps the tokens of a session from before the broker: it goes on in the worker, and placeholders stay in
   * their place. A session that the worker has already is left alone.
   */
  adopt?: AdoptOptions
  /** How long to wait for the worker to control this page, s. Default 10. */
  timeout?: number
  /**
   * Where no worker can be had, the broker runs in this page until there is one: over `fetch` and `XMLHttpRequest`, with
   * the same store and lock. `page`: the worker's own script is run here, and its `createTokenBroker` says the options.
   * A function imports the module that does, for a worker's script that can run nowhere else. Default: it rejects.
   */
  fallback?: 'page' | (() => Promise<unknown>)
}

/**
 * Registers the app's service worker and waits until it controls this page: on the first visit, and after a hard
 * reload, which leaves a page without a worker. An app that starts after it never sends a placeholder to its server.
 * @param scriptURL of the app's service worker; where Trusted Types are enforced, a `TrustedScriptURL`, or a URL if the
 *   page's CSP lists the policy `sw-token-broker`
 * @throws TokenBrokerError whose `code` is `unsupported`, `insecure-context`, `registration-failed`, `timeout` or
 *   `fallback-failed`
 * @throws TypeError naming an option that is unknown or of the wrong type
 * @see https://w3c.github.io/ServiceWorker/#navigator-service-worker-register
 */
export async function registerTokenBroker(
  scriptURL: string | URL | TrustedScriptURL,
  options: RegisterOptions = {},
): Promise<TokenBrokerClient> {
  checkOptions(scriptURL, options)
  const { registration, name = 'default', timeout = 10, adopt, fallback, ...registrationOptions } = options

  const ending = new AbortController()
  // It listens before anything is registered, so that no message is missed.
  const client = new Client(name, ending.signal)
  const address: WorkerAddress = { scriptURL, registration, registrationOptions }
  try {
    await connectInTime(client, address, timeout)
    reconnectWhenCleared(client, address, timeout)
  } catch (cause) {
    try {
      if (fallback === undefined) throw cause
      const { fallBack } = await import('./fallback.ts')
      await fallBack(client, fallback === 'page' ? String(scriptURL) : fallback, () =>
        connectInTime(client, address, timeout),
      )
    } catch (error) {
      ending.abort()
      throw error
    }
  }
  if (adopt) await client.adopt(adopt)
  return client.typed()
}

/** Who clears the site's data takes the worker from pages that are open, too; an unregistered one stays with them. */
function reconnectWhenCleared(client: Client, address: WorkerAddress, timeout: number): void {
  const { serviceWorker } = navigator
  serviceWorker.addEventListener('controllerchange', () => {
    if (!serviceWorker.controller) connectInTime(client, address, timeout).catch(() => undefined)
  })
}

/** @param timeout s */
async function connectInTime(client: Client, address: WorkerAddress, timeout: number): Promise<void> {
  // The browser keeps workers from prerendered pages until they are shown, which may be in minutes.
  if (isPrerendering())
    await new Promise((resolve) => document.addEventListener('prerenderingchange', resolve))
  const limit = new AbortController()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      limit.abort()
      reject(
        new TokenBrokerError(
          'timeout',
          `No token broker '${client.name}' controls this page after ${timeout} s`,
        ),
      )
    }, timeout * 1000)
    connectWorker(client, address, limit.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}
