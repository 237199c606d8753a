import type { WireStats } from '../demo-server/wire/sessions.ts'
import type { Answer } from './app/harness.ts'
import { expect, test as base } from './test.ts'
import type { Tab } from './tab.ts'

export { expect }

/** One of the demo server's `/wire/…` APIs and the worker for it. */
export class Wire {
  readonly base: string
  readonly #control: string
  readonly #open: () => Promise<Tab>

  /** @param reveal whether pages keep the access token */
  constructor(server: string, variant: string, reveal: boolean, open: (path: string) => Promise<Tab>) {
    this.base = `/wire/${variant}`
    this.#control = `${server}/wire/__${variant}`
    this.#open = () =>
      open(`/?worker=${encodeURIComponent(`/sw-wire.js?variant=${variant}${reveal ? '&reveal' : ''}`)}`)
  }

  openTab(): Promise<Tab> {
    return this.#open()
  }

  async stats(): Promise<WireStats> {
    const stats: WireStats = await (await fetch(this.#control)).json()
    return stats
  }

  async control(command: { expire?: true; revoke?: true; reset?: true; ttl?: number }): Promise<void> {
    const response = await fetch(this.#control, { method: 'POST', body: JSON.stringify(command) })
    expect(response.status).toBe(204)
  }
}

/** A tab of an app whose API is that variant. No placeholder may ever have reached the server. */
export const test = base.extend<{ variant: string; reveal: boolean; wire: Wire }>({
  variant: ['', { option: true }],
  reveal: [false, { option: true }],
  wire: async ({ server, openTab, variant, reveal }, use) => {
    const wire = new Wire(server.url, variant, reveal, openTab)
    await use(wire)
    expect((await wire.stats()).placeholders).toEqual([])
  },
})

interface JsonRequest {
  method?: string
  headers?: Record<string, string>
}

/** A request with a JSON body, as apps send it. */
export const json = (body: unknown, { method = 'POST', headers }: JsonRequest = {}): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** The member of an answer's JSON body at a path. */
export function at(answer: Answer | undefined, ...path: string[]): unknown {
  let value: unknown = answer?.body
  for (const name of path)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return value
}

export const PLACEHOLDER = /held-by-sw-token-broker-[0-9a-f]{32}[ar][0-9a-z]+$/

/** What shows that a page has got a placeholder there, for use as a token. */
export function placeholderAt(answer: Answer | undefined, ...path: string[]): string {
  const value = at(answer, ...path)
  expect(value).toEqual(expect.stringMatching(PLACEHOLDER))
  return String(value)
}

/** Two tabs make two calls each, after the access token has expired. */
export async function expectOneRefresh(
  wire: Wire,
  call: (tab: Tab) => Promise<Answer>,
  tabs: Tab[],
): Promise<void> {
  await wire.control({ expire: true, reset: true })
  const answers = await Promise.all(tabs.flatMap((tab) => [call(tab), call(tab)]))
  for (const answer of answers) expect(JSON.stringify(answer.body)).toContain('alice')
  expect(await wire.stats()).toMatchObject({ tokenRequests: 1, refreshes: 1, reuse: 0 })
}
