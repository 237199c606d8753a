import { expect, type BrowserContext, type Page } from '@playwright/test'
import type { TestServer } from './test-server.ts'

export const PLACEHOLDER = /held-by-sw-token-broker-([0-9a-f]{32})/

/** The app that keeps its own tokens, on a page of its own. */
export class StoredAppPage {
  readonly page: Page
  readonly #url: string

  constructor(page: Page, url: string) {
    this.page = page
    this.#url = url
  }

  static async open(context: BrowserContext, server: TestServer, query = ''): Promise<StoredAppPage> {
    const app = new StoredAppPage(await context.newPage(), `${server.url}/stored-app.html`)
    await app.visit(query)
    return app
  }

  /** Loads the page; resolves with what came of the app's first call. */
  async visit(query = '') {
    await this.page.goto(`${this.#url}?${query}`)
    return this.started()
  }

  started() {
    return this.page.evaluate(() => window.started)
  }

  login(user = 'alice'): Promise<void> {
    return this.page.evaluate((name) => window.storedApp.login(name), user)
  }

  logout(): Promise<void> {
    return this.page.evaluate(() => window.storedApp.logout())
  }

  get(path: string) {
    return this.page.evaluate((to) => window.storedApp.get(to), path)
  }

  refresh() {
    return this.page.evaluate(() => window.storedApp.refresh())
  }

  raw(): Promise<string> {
    return this.page.evaluate(() => window.storedApp.raw())
  }

  async tokens() {
    const tokens = await this.page.evaluate(() => window.storedApp.tokens())
    if (!tokens) throw new Error('The app has no tokens')
    return tokens
  }

  logouts(): Promise<number> {
    return this.page.evaluate(() => window.storedApp.logouts)
  }

  /** The session that the app's placeholders name. */
  async sessionId(): Promise<string | undefined> {
    return PLACEHOLDER.exec((await this.tokens()).refreshToken)?.[1]
  }
}

/** What the server counts for the app's API. */
export async function seenByServer(server: TestServer) {
  const { classic, requests } = await server.stats()
  const { logins, refreshes, refreshAttempts, reuse } = classic
  const tokens = requests.filter(({ path }) => path.startsWith('/classic/api/')).map(({ token }) => token)
  return { logins, refreshes, refreshAttempts, reuse, tokens: [...new Set(tokens)] }
}

/** A user who has logged in before the broker was there. */
export async function logInBefore(
  context: BrowserContext,
  server: TestServer,
  query = '',
): Promise<StoredAppPage> {
  const app = await StoredAppPage.open(context, server, `no-broker&${query}`)
  await app.login()
  expect(await app.raw()).not.toMatch(PLACEHOLDER)
  return app
}
