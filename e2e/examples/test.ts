import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { root } from '../../demo-server/install-dependencies.mjs'
import { consumer } from '../consumer.ts'
import { test as base } from '../test.ts'
import { TestServer } from '../test-server.ts'

interface Fixtures {
  /** Serves a folder, with the API beside it. */
  serve: (folder: string) => Promise<TestServer>
}

export const test = base.extend<Fixtures>({
  serve: async ({ options }, use) => {
    const servers: TestServer[] = []
    await use(async (staticDir) => {
      const server = await TestServer.start({ ...options, staticDir })
      servers.push(server)
      return server
    })
    for (const server of servers) await server.stop()
  },
})

/** A copy of an example, in a folder of the app that has installed the packed library. */
export function copyExample(name: string): string {
  const folder = mkdtempSync(join(consumer().folder, `${name}-`))
  cpSync(join(root, 'e2e/examples', name), folder, { recursive: true })
  cpSync(join(root, 'e2e/examples/shop.js'), join(folder, 'shop.js'))
  return folder
}

/** `npx sw-token-broker …`, in that app; gives what it prints. */
export function cli(...args: string[]): string {
  return execFileSync(join(consumer().folder, 'node_modules/.bin/sw-token-broker'), args, {
    cwd: consumer().folder,
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

/** The page of an example, as its user sees it. */
export class Shop {
  readonly page: Page
  readonly errors: Error[] = []

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.errors.push(error))
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await expect(this.status).not.toBeEmpty()
  }

  get status() {
    return this.page.getByRole('status')
  }

  get orders() {
    return this.page.getByRole('listitem')
  }

  async logIn(name = 'alice'): Promise<void> {
    await this.page.getByLabel('Name').fill(name)
    await this.page.getByRole('button', { name: 'Log in' }).click()
    await expect(this.status).toHaveText('active')
  }

  async showOrders(): Promise<void> {
    await this.page.getByRole('button', { name: 'Show orders' }).click()
    await expect(this.orders).toHaveText(['Espresso cups', 'Coffee mill', 'Beans, 1 kg'])
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log out' }).click()
    await expect(this.status).toHaveText('anonymous')
  }
}

/** What every way in has to offer: a login, calls with a token, one refresh, a session that a reload keeps, a logout. */
export async function useShop(page: Page, server: TestServer): Promise<void> {
  const shop = new Shop(page)
  await shop.open(server.url)
  await expect(shop.status).toHaveText('anonymous')
  await shop.logIn()
  await shop.showOrders()

  await server.revoke()
  await page.reload()
  await expect(shop.status).toHaveText('active')
  await shop.showOrders()
  expect((await server.stats()).main).toMatchObject({ refreshes: 1, refreshAttempts: 1, reuse: 0 })
  expect(await registrations(page)).toHaveLength(1)

  await shop.logOut()
  await page.getByRole('button', { name: 'Show orders' }).click()
  await expect(shop.orders).toHaveText(['orders: 401'])
  await expect(page.getByRole('button', { name: 'Log in' })).toBeFocused()
  expect(shop.errors).toEqual([])
}

/** The script of every worker that is registered for the site. */
export function registrations(page: Page): Promise<(string | undefined)[]> {
  return page.evaluate(async () =>
    (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.scriptURL),
  )
}
