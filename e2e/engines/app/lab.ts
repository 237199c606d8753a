import axios from 'axios'
import ky from 'ky'
import { registerTokenBroker } from 'sw-token-broker/client'
import { bodyOf, wireOf, type BodyKind } from './lab-bodies.ts'
import type { Calls } from './lab-calls.ts'

/** All that a page can know of an answer, or how `fetch` rejected. */
export interface Answer {
  status: number
  statusText: string
  headers: [string, string][]
  url: string
  redirected: boolean
  type: string
  text: string
  /** Name and message of the rejection. */
  error?: string
}

/** What the scenarios do in a page. */
export interface Lab {
  /** Resolves when the broker controls this page. */
  broker(worker: string, options?: RegistrationOptions): Promise<void>
  /** What the worker has done since this was last asked; for a worker that counts. */
  calls(): Promise<Calls>
  /** Resolves when the bare worker controls this page. */
  bare(): Promise<void>
  /** For another worker in a page that is loaded anew. */
  unregister(): Promise<void>
  login(): Promise<number>
  /** Aborts after `abortAfter` ms, if given. */
  fetch(url: string, init?: RequestInit, abortAfter?: number): Promise<Answer>
  body: typeof bodyOf
  /** SHA-256 of the body as it should arrive; the boundary of a form is replaced. */
  digest(kind: BodyKind): Promise<string>
  xhr(
    method: string,
    url: string,
    set?: (request: XMLHttpRequest) => void,
    body?: BodyKind,
  ): Promise<XMLHttpRequest>
  axios: typeof axios
  ky: typeof ky
  /** Adds an element to the page; false where it reports an error. */
  load(tag: string, attributes: Record<string, string>): Promise<boolean>
  /** What a page keeps from one `evaluate` to the next. */
  kept: Record<string, unknown>
}

declare global {
  interface Window {
    lab: Lab
    scriptRan?: boolean
    moduleRan?: boolean
  }
}

window.lab = {
  broker: async (worker, options) => void (await registerTokenBroker(worker, { ...options, timeout: 10 })),
  calls: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => resolve(data)
      navigator.serviceWorker.controller?.postMessage('calls', [port2])
    }),
  async bare() {
    const { serviceWorker } = navigator
    const controlled = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve))
    await serviceWorker.register('/sw-bare.js')
    if (!serviceWorker.controller) await controlled
  },
  async unregister() {
    for (const registration of await navigator.serviceWorker.getRegistrations())
      await registration.unregister()
  },
  async login() {
    const { status } = await window.lab.fetch('/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'alice', password: 'alice' }),
    })
    return status
  },
  async fetch(url, init, abortAfter) {
    try {
      const controller = new AbortController()
      if (abortAfter !== undefined) setTimeout(() => controller.abort(), abortAfter)
      return await answerOf(await fetch(url, { ...init, signal: controller.signal }))
    } catch (error) {
      return { ...NO_ANSWER, error: String(error) }
    }
  },
  body: bodyOf,
  async digest(kind) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await wireOf(kind)))
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
  },
  xhr: (method, url, set, body) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest()
      request.open(method, url)
      set?.(request)
      request.onloadend = () => resolve(request)
      if (body === undefined) return request.send()
      request.send(bodyOf(body))
    }),
  axios,
  ky,
  load: (tag, attributes) =>
    new Promise((resolve) => {
      const element = document.createElement(tag)
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
      const settled = element instanceof HTMLMediaElement ? 'canplaythrough' : 'load'
      element.addEventListener(settled, () => resolve(true))
      element.addEventListener('error', () => resolve(false))
      document.documentElement.append(element)
    }),
  kept: {},
}

const NO_ANSWER: Answer = {
  status: 0,
  statusText: '',
  headers: [],
  url: '',
  redirected: false,
  type: '',
  text: '',
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, statusText, headers, url, redirected, type } = response
  const text = await response.text()
  return { status, statusText, headers: [...headers], url, redirected, type, text }
}
