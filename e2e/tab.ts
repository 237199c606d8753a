import type { BrowserContext, Page } from '@playwright/test'
import type { SessionInfo } from 'sw-token-broker/client'
import type { Answer, BodyKind } from './app/harness.ts'

/** A tab with the test page in it; each method does in the page what its name says. */
export class Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const tab = new Tab(await context.newPage())
    await tab.goto(url)
    return tab
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url)
    await this.ready()
  }

  /** Waits until the worker controls the page. */
  async ready(): Promise<void> {
    const outcome = await this.outcome()
    if (outcome !== 'ready') throw new Error(`registerTokenBroker rejected: ${outcome}`)
  }

  outcome(): Promise<string> {
    return this.page.evaluate(() => window.outcome)
  }

  login(user = 'alice', base?: string): Promise<Answer> {
    return this.page.evaluate(([name, url]) => window.harness.login(name, url), [user, base] as const)
  }

  logout(): Promise<void> {
    return this.page.evaluate(() => window.harness.logout())
  }

  session(): Promise<SessionInfo> {
    return this.page.evaluate(() => window.harness.session())
  }

  call(url: string, init?: RequestInit): Promise<Answer> {
    return this.page.evaluate(([to, how]) => window.harness.call(to, how), [url, init] as const)
  }

  /** All at once. */
  calls(urls: readonly string[]): Promise<Answer[]> {
    return this.page.evaluate((all) => Promise.all(all.map((url) => window.harness.call(url))), urls)
  }

  post(url: string, kind: BodyKind): Promise<Answer & { sent: string }> {
    return this.page.evaluate(([to, what]) => window.harness.post(to, what), [url, kind] as const)
  }

  version(): Promise<string> {
    return this.page.evaluate(() => window.harness.version())
  }

  /** The client's events of a type. */
  async events(type: string): Promise<Record<string, unknown>[]> {
    const events = await this.page.evaluate(() => window.harness.events)
    return events.filter((event) => event['type'] === type)
  }

  /** The raw messages that the page heard. */
  messages(): Promise<unknown[]> {
    return this.page.evaluate(() => window.harness.messages)
  }
}
