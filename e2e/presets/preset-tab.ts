import type { BrowserContext, Page } from '@playwright/test'

/** The app of this back end's users, in a tab of its own. */
export class PresetTab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  static async open(context: BrowserContext, url: string, name: string, broker = 'yes') {
    const app = new PresetTab(await context.newPage())
    await app.page.addInitScript(() => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => {
        if (data.type === 'login-required')
          Reflect.set(window, 'lost', Number(Reflect.get(window, 'lost') ?? 0) + 1)
      })
    })
    await app.page.goto(`${url}/preset-app.html?app=${name}&broker=${broker}`)
    await app.started()
    return app
  }

  started = () => this.page.evaluate(async () => void (await window.presetApp))
  login = (user: string) => this.page.evaluate(async (who) => (await window.presetApp).login(who), user)
  me = () => this.page.evaluate(async () => (await window.presetApp).me())
  logout = () => this.page.evaluate(async () => (await window.presetApp).logout())
  stored = () => this.page.evaluate(async () => (await window.presetApp).stored())
  logins = () => this.page.evaluate(async () => (await window.presetApp).logins)
  lost = () => this.page.evaluate(() => Number(Reflect.get(window, 'lost') ?? 0))

  async reload(): Promise<void> {
    await this.page.reload()
    await this.started()
  }

  /** As with Shift pressed: the page comes without its worker. */
  async hardReload(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    const loaded = this.page.waitForEvent('load')
    await session.send('Page.reload', { ignoreCache: true })
    await loaded
    await this.started()
  }
}
