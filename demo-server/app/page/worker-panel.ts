// Shows which start of the worker is alive, and has the browser end it.
import { byId, onClick, setText } from './dom.ts'
import { say } from './status.ts'
import { registerTokenBroker, type TokenBrokerClient } from 'sw-token-broker/client'

const ANSWER_TIME = 2_000

export function createWorkerPanel(broker: () => TokenBrokerClient | undefined): { look(): void } {
  const output = byId('worker-start', HTMLElement)
  const starts = byId('worker-starts', HTMLElement)
  let known: string | undefined
  let seen = 0
  let asking = false
  let isDue = false

  // Only beside other work: a question of its own would wake a worker that the browser has stopped.
  async function look(): Promise<void> {
    isDue = true
    if (asking || document.visibilityState !== 'visible') return
    asking = true
    while (isDue) {
      isDue = false
      show(
        (
          await broker()
            ?.inspect()
            .catch(() => undefined)
        )?.worker,
      )
    }
    asking = false
  }

  function show(id: string | undefined): void {
    if (id === undefined || id === known) return
    if (known !== undefined) say(`The worker was started anew: ${known} is gone, ${id} runs`)
    known = id
    seen += 1
    setText(output, `Worker ${id}`)
    setText(starts, String(seen))
  }

  onClick('stop-worker', async () => {
    if (!(await replaceWorker())) say('The new worker waits for an open event stream to end')
    await look()
  })
  navigator.serviceWorker?.addEventListener('controllerchange', () => void look())
  return { look: () => void look() }
}

/**
 * A page cannot stop a worker. It can install the same file under another URL: the new worker takes over at once, and
 * the browser ends the old one, with all it had in memory.
 */
async function replaceWorker(): Promise<boolean> {
  const { active, scope } = await navigator.serviceWorker.ready
  if (active === null) return false
  const url = new URL(active.scriptURL)
  url.search = url.search === '' ? '?again' : ''
  const taken = new Promise<boolean>((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true })
    setTimeout(() => resolve(false), ANSWER_TIME)
  })
  // It makes the URL a trusted one, where the page's policy wants that.
  await registerTokenBroker(url, { scope })
  return taken
}
