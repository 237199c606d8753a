// Shows which start of the worker is alive, and has the browser end it.
import { byId, onClick, setText } from './dom.ts'
import { numberIn, stringIn } from './json.ts'
import type { Journal } from './journal.ts'

const ANSWER_TIME = 2_000

interface WorkerStart {
  id: string
  at: number
}

export function createWorkerPanel(journal: Journal): { look(): void } {
  const output = byId('worker-start', HTMLElement)
  const starts = byId('worker-starts', HTMLElement)
  let known: WorkerStart | undefined
  let seen = 0
  let asking = false

  // Only beside other work: a question of its own would wake a worker that the browser has stopped.
  async function look(): Promise<void> {
    if (asking || document.visibilityState !== 'visible') return
    asking = true
    const start = await askWorker()
    asking = false
    if (start === undefined || start.id === known?.id) return
    const previous = known
    known = start
    if (previous !== undefined) {
      journal.note(`The worker was started anew: ${previous.id} is gone, ${start.id} runs`, 'info', start.id)
    }
    seen += 1
    output.dataset['startId'] = start.id
    setText(output, `Start ${start.id}, at ${new Date(start.at).toTimeString().slice(0, 8)}`)
    setText(starts, String(seen))
  }

  onClick('stop-worker', async () => {
    if (!(await replaceWorker())) journal.note('The new worker waits for an open event stream to end', 'bad')
    await look()
  })
  navigator.serviceWorker?.addEventListener('controllerchange', () => void look())
  return { look: () => void look() }
}

async function askWorker(): Promise<WorkerStart | undefined> {
  const worker = navigator.serviceWorker?.controller
  if (!worker) return undefined
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<unknown>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
    setTimeout(resolve, ANSWER_TIME)
  })
  worker.postMessage({ type: 'demo-worker-info' }, [port2])
  const data = await answer
  port1.close()
  const id = stringIn(data, 'startId')
  return id === undefined ? undefined : { id, at: numberIn(data, 'startedAt') }
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
  await navigator.serviceWorker.register(url, { scope })
  return taken
}
