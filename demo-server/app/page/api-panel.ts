// The ways a page calls its API; none of them knows of a token.
import { answerOf, makeCalls } from './calls.ts'
import { byId, onClick, setText } from './dom.ts'
import { stringIn } from './json.ts'
import type { Answer } from './calls.ts'

export function createApiPanel(look: () => void): void {
  const lastAnswer = byId('last-answer', HTMLElement)
  const show = (answer: Answer | undefined): void => {
    if (answer !== undefined) {
      setText(
        lastAnswer,
        answer.body === undefined ? (answer.note ?? '') : JSON.stringify(answer.body, null, 2),
      )
    }
    look()
  }
  const orders = async (): Promise<Answer> => answerOf(await fetch('/api/orders'))

  onClick('fetch-one', async () => {
    const [answer] = await makeCalls({ via: 'fetch', target: '/api/orders', run: orders })
    show(answer)
  })
  onClick('fetch-many', async () => {
    const answers = await makeCalls({ via: 'fetch', target: '/api/orders', count: 20, run: orders })
    show(answers.find((answer) => !answer.ok) ?? answers[0])
  })
  createImage(show)
  createEventStream(look)
  createUpload(show)
}

function createImage(show: (answer?: Answer) => void): void {
  const frame = byId('image-frame', HTMLElement)
  const image = byId('image', HTMLImageElement)
  onClick('image-load', async () => {
    frame.hidden = false
    await makeCalls({
      via: 'img',
      target: '/api/image.png',
      run: () =>
        new Promise((resolve) => {
          image.onload = () => resolve({ ok: true })
          image.onerror = () => resolve({ ok: false, note: 'The browser got no picture' })
          // Each time anew, past the page's own cache of images.
          image.src = `/api/image.png?${Date.now()}`
        }),
    })
    show()
  })
}

function createEventStream(look: () => void): void {
  const output = byId('events-output', HTMLOutputElement)
  let source: EventSource | undefined
  const button = onClick('events-toggle', async () => {
    if (source !== undefined) {
      source.close()
      source = undefined
      button.setAttribute('aria-pressed', 'false')
      setText(button, 'Start an event stream')
      return
    }
    button.setAttribute('aria-pressed', 'true')
    setText(button, 'Stop the event stream')
    setText(output, 'Connecting …')
    await makeCalls({
      via: 'EventSource',
      target: '/api/events',
      run: () =>
        new Promise((resolve) => {
          const opened = new EventSource('/api/events')
          source = opened
          let ticks = 0
          opened.onopen = () => resolve({ ok: true, status: 200 })
          opened.onmessage = () => setText(output, `${++ticks} events so far`)
          opened.onerror = () => {
            const ended = opened.readyState === EventSource.CLOSED
            setText(output, ended ? 'The server refused the stream' : 'Connecting again …')
            if (ended && source === opened) button.click()
            resolve({ ok: false, note: 'The stream did not open' })
          }
        }),
    })
    look()
  })
}

function createUpload(show: (answer?: Answer) => void): void {
  const form = byId('upload-form', HTMLFormElement)
  const input = byId('upload-file', HTMLInputElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void upload(input.files?.[0] ?? sampleFile())
  })

  async function upload(file: File): Promise<void> {
    const [answer] = await makeCalls({
      via: 'upload',
      target: '/api/upload',
      run: async () => {
        const headers = { 'Content-Type': file.type || 'application/octet-stream' }
        const response = await fetch('/api/upload', { method: 'POST', headers, body: file })
        const received = await answerOf(response)
        if (!received.ok) return received
        const whole = stringIn(received.body, 'sha256') === (await sha256(file))
        const size = `${file.size.toLocaleString()} bytes`
        return {
          ...received,
          ok: whole,
          note: whole ? `${size} arrived whole, SHA-256 matches` : `${size} were changed on the way`,
        }
      },
    })
    show(answer)
  }
}

function sampleFile(): File {
  const line = 'The worker keeps a copy of this body until the answer is known.\n'
  return new File([line.repeat(4096)], 'sample.txt', { type: 'text/plain' })
}

async function sha256(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
