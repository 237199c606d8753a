import { ask } from './ask.ts'
import { TokenBrokerError } from './error.ts'
import { trusted, type TrustedScriptURL } from './trusted-script-url.ts'
import type { Client } from './token-broker-client.ts'

export interface WorkerAddress {
  scriptURL: string | URL | TrustedScriptURL
  registration: ServiceWorkerRegistration | undefined
  registrationOptions: RegistrationOptions
}

/** How long the controlling worker may take to say that it is a broker, ms. */
const HELLO_LIMIT = 1000
/** ms */
const PAUSE = 100

/**
 * Registers the worker and waits until it controls this page and is the client's broker.
 * @throws TokenBrokerError whose `code` is `unsupported`, `insecure-context` or `registration-failed`
 */
export async function connectWorker(
  client: Client,
  { scriptURL, registration, registrationOptions }: WorkerAddress,
  signal: AbortSignal,
): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    throw isSecureContext
      ? new TokenBrokerError('unsupported', 'This browser has no service workers, or not in this mode')
      : new TokenBrokerError('insecure-context', 'Service workers need https: or localhost')
  }
  const { serviceWorker } = navigator

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

  /** Whichever comes first, the change or a moment. */
  const controllerChange = (): Promise<void> =>
    new Promise((resolve) => {
      const turn = new AbortController()
      const end = (): void => {
        turn.abort()
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, PAUSE)
      serviceWorker.addEventListener('controllerchange', end, { signal: turn.signal })
    })

  const own = await register()
  // What blocks workers may also answer with nothing at all.
  if (!(own instanceof ServiceWorkerRegistration))
    throw new TokenBrokerError('registration-failed', `The worker '${String(scriptURL)}' was blocked`)
  if (!location.href.startsWith(own.scope))
    throw new TokenBrokerError(
      'registration-failed',
      `This page is outside the worker's scope '${own.scope}': serve it from a folder above, or with Service-Worker-Allowed`,
    )
  const worker = (): ServiceWorker | null => serviceWorker.controller ?? own.active
  while (!signal.aborted) {
    // It listens before it asks, as the change may come ahead of the reply.
    const changed = controllerChange()
    if (serviceWorker.controller) {
      if (await client.hello(serviceWorker.controller, HELLO_LIMIT)) {
        const { scriptURL: url } = serviceWorker.controller
        // In development alone.
        if (url.endsWith('/sw-token-broker.js') && /(^|\.)localhost$|^127\./.test(location.hostname))
          void import('./check-worker-file.ts')
            .then((file) => file.checkWorkerFile(url))
            .catch(() => undefined)
        client.worker = worker
        return
      }
    } else if (own.active) {
      await ask(own.active, client.name, { type: 'claim' }, HELLO_LIMIT)
    } else if (!own.installing && !own.waiting) {
      throw new TokenBrokerError('registration-failed', `The worker '${String(scriptURL)}' failed to install`)
    }
    await changed
  }
}
