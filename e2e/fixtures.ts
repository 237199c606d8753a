import { test as base } from '@playwright/test'
import { Tab } from './tab.ts'

export interface Fixtures<Options, Server> {
  options: Options
  /** A server of the test's own. */
  server: Server
  /** A tab whose page is controlled by the worker. */
  tab: Tab
  /** Opens another one. */
  openTab: (path?: string) => Promise<Tab>
}

interface Stoppable {
  readonly url: string
  stop(): Promise<void>
}

/** Tests with a server that `start` starts for each of them. */
export function testWith<Options extends object, Server extends Stoppable>(
  start: (options: Options) => Promise<Server>,
  defaults: Options,
) {
  return base.extend<Fixtures<Options, Server>>({
    // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads there which fixtures this one needs
    options: [({}, use) => use(defaults), { option: true }],
    server: async ({ options }, use) => {
      const server = await start(options)
      await use(server)
      await server.stop()
    },
    openTab: async ({ context, server }, use) => {
      await use((path = '/') => Tab.open(context, server.url + path))
    },
    tab: async ({ page, server }, use) => {
      const tab = new Tab(page)
      await tab.goto(server.url)
      await use(tab)
    },
  })
}
