import type { AdoptOptions } from './adopt.ts'
import { ask } from './ask.ts'
import { checkWorkerFile } from './check-worker-file.ts'
import { TokenBrokerError } from './error.ts'
import { trusted, type TrustedScriptURL } from './trusted-script-url.ts'
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
}

/** How long the controlling worker may take to say that it is a broker, ms. */
const HELLO_LIMIT = 1000
/** ms */
const PAUSE = 100

/**
 * Registers the app's service worker and waits until it controls this page: on the first visit, and after a hard
 * reload, which leaves a page without a worker. An app that starts after it never sends a placeholder to its server.
 * @param scriptURL of the app's service worker; where Trusted Types are enforced, a `TrustedScriptURL`, or a URL if the
 *   page's CSP lists the policy `sw-token-broker`
 * @throws TokenBrokerError whose `code` is `unsupported`, `insecure-context`, `registration-failed` or `timeout`
 * @throws TypeError naming a member of `adopt` that is unknown or of the wrong type
 * @see https://w3c.github.io/ServiceWorker/#navigator-service-worker-register
 */
export async function registerTokenBroker(
  scriptURL: string | URL | TrustedScriptURL,
  options: RegisterOptions = {},
): Promise<TokenBrokerClient> {
  const { registration, name = 'default', timeout = 10, adopt, ...registrationOptions } = options
  if (!('serviceWorker' in navigator)) {
    throw isSecureContext
      ? new TokenBrokerError('unsupported', 'This browser has no service workers, or not in this mode')
      : new TokenBrokerError('insecure-context', 'Service workers need https: or localhost')
  }
  const { serviceWorker } = navigator
  // The browser keeps workers from prerendered pages until they are shown.
  if (isPrerendering())
    await new Promise((resolve) => document.addEventListener('prerenderingchange', resolve))
  let isOver = false
  let current = registration
  // It listens before anything is registered, so that no message is missed.
  const client = new Client(name, () => serviceWorker.controller ?? current?.active ?? null)

  /** What the app has registered already: doing so again, with other options, would install the worker anew. */
  const registered = async (): Promise<ServiceWorkerRegistration | undefined> => {
    if (Object.keys(registrationOptions).length > 0) return undefined
    const { href } = new URL(String(scriptURL), document.baseURI)
    const known = await serviceWorker.getRegistration(new URL('.', href))
    const worker = known?.installing ?? known?.waiting ?? known?.active
    return worker?.scriptURL === href ? known : undefined
  }

  const register = async (): Promise<ServiceWorkerRegistration> => {
    if (registration?.installing ?? registration?.waiting ?? registration?.active) return registration
    try {
      const known = await registered()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript's library knows no Trusted Types
      const url = trusted(scriptURL) as string
      return known ?? (await serviceWorker.register(url, registrationOptions))
    } catch (cause) {
      throw new TokenBrokerError(
        'registration-failed',
        `The browser refused the worker '${String(scriptURL)}'`,
        cause,
      )
    }
  }

  const connect = async (): Promise<void> => {
    const own = (current = await register())
    // What blocks workers may also answer with nothing at all.
    if (!isRegistration(own))
      throw new TokenBrokerError('registration-failed', `The worker '${String(scriptURL)}' was blocked`)
    if (!location.href.startsWith(own.scope))
      throw new TokenBrokerError(
        'registration-failed',
        `This page is outside the worker's scope '${own.scope}'`,
      )
    while (!isOver) {
      // It listens before it asks, as the change may come ahead of the reply.
      const changed = controllerChange()
      if (serviceWorker.controller) {
        if (await client.hello(HELLO_LIMIT)) {
          void checkWorkerFile(serviceWorker.controller.scriptURL).catch(() => undefined)
          return
        }
      } else if (own.active) {
        await ask(own.active, name, { type: 'claim' }, HELLO_LIMIT)
      } else if (!own.installing && !own.waiting) {
        throw new TokenBrokerError(
          'registration-failed',
          `The worker '${String(scriptURL)}' failed to install`,
        )
      }
      await changed
    }
  }

  const controllerChange = (): Promise<void> =>
    new Promise((resolve) => {
      serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })
      setTimeout(resolve, PAUSE)
    })

  const expiry = new Promise<never>((_, reject) => {
    setTimeout(() => {
      isOver = true
      reject(
        new TokenBrokerError('timeout', `No token broker '${name}' controls this page after ${timeout} s`),
      )
    }, timeout * 1000)
  })
  await Promise.race([connect(), expiry])
  if (adopt) await client.adopt(adopt)
  return client.typed()
}

const isRegistration = (value: unknown): value is ServiceWorkerRegistration =>
  value instanceof ServiceWorkerRegistration
