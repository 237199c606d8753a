import {
  registerTokenBroker,
  type Inspection,
  type SessionInfo,
  type TokenBrokerClient,
  type TokenBrokerError,
  type TrustedScriptURL,
} from 'sw-token-broker/client'
import { uninstallTokenBroker } from 'sw-token-broker/uninstall'

/** What a page gets from a call: the answer, or how `fetch` rejected. */
export interface Answer {
  status: number
  headers: Record<string, string>
  /** Parsed where it is JSON. */
  body: unknown
  /** Name and message of the rejection. */
  error?: string
}

export type BodyKind = 'json' | 'form' | 'blob'

export interface Harness {
  /** The version of the worker in control. */
  version(): Promise<string>
  call(url: string, init?: RequestInit): Promise<Answer>
  /** POSTs a body of this kind; `sent` is its SHA-256 as the page knows it. */
  post(url: string, kind: BodyKind): Promise<Answer & { sent: string }>
  login(user: string, base?: string): Promise<Answer>
  logout(): Promise<void>
  session(): Promise<SessionInfo>
  /** What `setSession` resolves with, or the code and message of its rejection. */
  setSession(tokenResponse: object): Promise<unknown>
  uninstall(): Promise<void>
  inspection(): Promise<Inspection>
  /** Puts the panel into the page. */
  inspect(): Promise<void>
  /** The client's events, and the raw messages behind them. */
  events: Record<string, unknown>[]
  messages: unknown[]
  /** Calls that were started, by name, for tests that look at them later. */
  pending: Map<string, Promise<Answer & { sent?: string }>>
}

declare global {
  const trustedTypes: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (text: string) => string },
    ): { createScriptURL(text: string): TrustedScriptURL }
  }
  interface Window {
    harness: Harness
    /** 'ready', or the code that registerTokenBroker rejected with. */
    outcome: Promise<string>
  }
}

const messages: unknown[] = []
const events: Record<string, unknown>[] = []
navigator.serviceWorker?.addEventListener('message', ({ data }) => messages.push(data))

const parameters = new URLSearchParams(location.search)
const registered = register()
window.outcome = registered.then(
  () => 'ready',
  (error: unknown) =>
    typeof error === 'object' && error !== null && 'code' in error
      ? String(error.code)
      : `no code: ${String(error)}`,
)
window.harness = {
  version: askVersion,
  call,
  post,
  login: (user, base = '/auth/login') =>
    call(base, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: user, password: user }),
    }),
  logout: async () => (await registered).logout(),
  session: async () => (await registered).getSession(),
  setSession: async (tokenResponse) =>
    (await registered)
      .setSession(tokenResponse)
      .catch((error: TokenBrokerError) => ({ code: error.code, message: error.message })),
  uninstall: () => uninstallTokenBroker(),
  inspection: async () => (await registered).inspect(),
  inspect: async () => {
    const { showInspector } = await import('sw-token-broker/inspector')
    showInspector(await registered)
  },
  events,
  messages,
  pending: new Map(),
}

async function register(): Promise<TokenBrokerClient> {
  const worker = parameters.get('worker') ?? '/sw.js'
  const timeout = Number(parameters.get('timeout') ?? 10)
  const name = parameters.get('name') ?? 'default'
  const options: Parameters<typeof registerTokenBroker>[1] = { timeout, name }
  const meta = document.querySelector<HTMLMetaElement>('meta[name=fallback]')
  const fallback = parameters.get('fallback') ?? meta?.content
  if (fallback === 'page') options.fallback = 'page'
  if (fallback === 'module') options.fallback = () => import('./broker-module.ts')
  if (fallback?.endsWith('.js')) options.fallback = () => import(fallback)
  if (parameters.has('own-registration'))
    options.registration = await navigator.serviceWorker.register(worker)
  const url = parameters.has('own-policy')
    ? trustedTypes.createPolicy('app', { createScriptURL: (text) => text }).createScriptURL(worker)
    : worker
  const client = await registerTokenBroker(url, options)
  const note = (event: Event): void =>
    void events.push({ ...Object.fromEntries(Object.entries(event)), type: event.type })
  for (const type of ['login-required', 'session-changed', 'step-up-required', 'broker-error'] as const)
    client.addEventListener(type, note)
  return client
}

async function call(url: string, init?: RequestInit): Promise<Answer> {
  return answerOf(() => fetch(url, init))
}

async function answerOf(fetching: () => Promise<Response>): Promise<Answer> {
  try {
    const response = await fetching()
    const text = await response.text()
    return { status: response.status, headers: Object.fromEntries(response.headers), body: parsed(text) }
  } catch (error) {
    return { status: 0, headers: {}, body: null, error: String(error) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function post(url: string, kind: BodyKind): Promise<Answer & { sent: string }> {
  // A FormData gets its boundary when the request is made, so the hash is taken from a clone of the request.
  const request = new Request(url, { method: 'POST', body: bodyOf(kind) })
  const bytes = await request.clone().arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sent = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { ...(await answerOf(() => fetch(request))), sent }
}

function bodyOf(kind: BodyKind): BodyInit {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256)
  switch (kind) {
    case 'json':
      return JSON.stringify({ text: 'Grüße', list: [1, 2, 3] })
    case 'blob':
      return new Blob([bytes], { type: 'application/octet-stream' })
    case 'form': {
      const form = new FormData()
      form.set('note', 'Grüße')
      form.set('file', new File([bytes], 'drawing.bin', { type: 'application/x-drawing' }))
      return form
    }
  }
}

async function askVersion(): Promise<string> {
  const { port1, port2 } = new MessageChannel()
  const answer = new Promise<string>((resolve) => {
    port1.onmessage = ({ data }) => resolve(String(data))
    // A worker that ends takes its messages with it.
    setTimeout(resolve, 1000, 'no answer')
  })
  navigator.serviceWorker.controller?.postMessage('version', [port2])
  return answer
}
