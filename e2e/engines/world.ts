import { setTimeout as sleep } from 'node:timers/promises'
import { consumer } from '../consumer.ts'
import { TestServer } from '../test-server.ts'
import type { Profile, Tab } from './engine.ts'
import { LabServer, type Seen } from './lab-server.ts'
import { settled } from './scenario.ts'

/** Which worker a tab gets. */
export interface Control {
  worker?: string
  /** More origins whose `/lab/` gets the token. */
  files?: readonly string[]
  scope?: string
}

/** What a scenario runs in: servers on origins of their own, so that no other scenario's worker or store is there. */
export class World {
  readonly profile: Profile
  readonly demo: TestServer
  /** The app's origin: the demo server, and before it the lab's. */
  readonly site: LabServer
  /** Another origin, whose `/lab/` gets the token. */
  readonly files: LabServer
  /** An origin that gets none. */
  readonly elsewhere: LabServer
  readonly #tabs: Tab[] = []

  private constructor(profile: Profile, demo: TestServer, servers: [LabServer, LabServer, LabServer]) {
    this.profile = profile
    this.demo = demo
    ;[this.site, this.files, this.elsewhere] = servers
  }

  static async create(profile: Profile): Promise<World> {
    const demo = await TestServer.start({})
    const start = (site?: string): Promise<LabServer> =>
      LabServer.start({ demo: demo.url, ...(site === undefined ? { cors: true } : { site }) })
    return new World(profile, demo, [await start(consumer().site), await start(), await start()])
  }

  /** A tab with a page of the demo's origin, where e2e's own test pages are. */
  async harness(): Promise<Tab> {
    const tab = await this.blank(`${this.demo.url}/`)
    const outcome = await tab.evaluate(() => window.outcome)
    if (outcome !== 'ready') throw new Error(`registerTokenBroker rejected: ${outcome}`)
    return tab
  }

  /** A tab with the lab's page, controlled by the broker. */
  async tab(control?: Control): Promise<Tab> {
    const tab = await this.blank(`${this.site.url}/lab.html`)
    await this.control(tab, control)
    return tab
  }

  /** The same, and logged in. */
  async loggedIn(control?: Control): Promise<Tab> {
    const tab = await this.tab(control)
    const status = await tab.evaluate(() => window.lab.login())
    if (status !== 200) throw new Error(`The login was answered ${status}`)
    await this.forget()
    return tab
  }

  /** A tab with a page and no worker. */
  async blank(url: string): Promise<Tab> {
    const tab = await this.profile.newTab()
    this.#tabs.push(tab)
    await tab.goto(url)
    // WebKitGTK's driver may be there before the page's module has run.
    while (url.endsWith('/lab.html') && !(await tab.evaluate(() => 'lab' in window))) await sleep(20)
    return tab
  }

  control(tab: Tab, { worker = 'sw-lab.js', files = [], scope = '/' }: Control = {}): Promise<void> {
    const origins = [this.files.url, ...files].map((origin) => `files=${encodeURIComponent(origin)}`)
    return tab.evaluate((...args) => window.lab.broker(...args), `/${worker}?${origins.join('&')}`, { scope })
  }

  /** The servers forget what they have seen so far. */
  async forget(): Promise<void> {
    await this.demo.reset()
    for (const server of [this.site, this.files, this.elsewhere]) server.reset()
  }

  /** The first request to a path of the app's origin, once it is answered. */
  async arrived(path: string, server = this.site, limit = 5000): Promise<Seen> {
    const [first] = await settled(
      () => server.seen(path),
      ([seen]) => seen !== undefined && seen.status > 0,
      limit,
    )
    if (!first) throw new Error(`${path} did not arrive`)
    return first
  }

  async refreshes(): Promise<number> {
    return (await this.demo.stats()).main.refreshAttempts
  }

  async close(): Promise<void> {
    for (const tab of this.#tabs) await tab.close().catch(() => undefined)
    await Promise.all([this.demo.stop(), this.site.close(), this.files.close(), this.elsewhere.close()])
  }
}
