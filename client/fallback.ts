import { runInPage } from '../sw/page/index.ts'
import { TokenBrokerError } from './error.ts'
import type { Client } from './token-broker-client.ts'

/** ms; the store may have to be asked twice. */
const HELLO_LIMIT = 8000

/**
 * Runs the broker in this page, until a worker can do it.
 * @param source the script or module that creates the broker
 * @param connect tries to have a worker
 * @throws TokenBrokerError `fallback-failed`
 */
export async function fallBack(
  client: Client,
  source: string | (() => Promise<unknown>),
  connect: () => Promise<void>,
): Promise<void> {
  const { name } = client
  const page = await runInPage(name, source, (message) => client.hear(message)).catch((cause: unknown) => {
    throw failed(name, source, cause)
  })
  if (!page) throw failed(name, source)
  client.worker = () => page
  await client.hello(page, HELLO_LIMIT)

  const ending = new AbortController()
  const { signal } = ending
  let isTrying = false
  const handOver = async (): Promise<void> => {
    if (isTrying || document.visibilityState !== 'visible') return
    isTrying = true
    try {
      await connect()
      page.stop()
      ending.abort()
    } catch {
      // There is none yet.
    } finally {
      isTrying = false
    }
  }
  const attempt = (): void => void handOver()
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.addEventListener('controllerchange', attempt, { signal })
    document.addEventListener('visibilitychange', attempt, { signal })
    addEventListener('online', attempt, { signal })
  }
}

const failed = (name: string, source: string | (() => Promise<unknown>), cause?: unknown): TokenBrokerError =>
  new TokenBrokerError(
    'fallback-failed',
    `${typeof source === 'function' ? "The module of 'fallback'" : `The worker's script '${source}'`} created no broker '${name}' in this page. Give 'fallback' a function that imports a module with nothing but your createTokenBroker(…)`,
    cause,
  )
