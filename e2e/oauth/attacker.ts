import { chromium } from '@playwright/test'
import { findBrowser } from '../browser.mjs'
import { everythingStored } from '../stored.ts'
import type { Tab } from '../tab.ts'
import { EVERY_NAME_IS_LOCAL, Strangers } from './strangers.ts'
import { test as oauthTest } from './test.ts'

export const test = oauthTest.extend<{ strangers: Strangers }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
  strangers: async ({}, use) => {
    const strangers = await Strangers.start()
    await use(strangers)
    await strangers.stop()
  },
  // A browser of its own, for which every name is this machine.
  context: async ({ launchOptions }, use) => {
    const executablePath = findBrowser()
    const browser = await chromium.launch({
      ...launchOptions,
      ...(executablePath !== undefined && { executablePath }),
      args: [...(launchOptions.args ?? []), EVERY_NAME_IS_LOCAL],
    })
    await use(await browser.newContext())
    await browser.close()
  },
  page: async ({ context }, use) => {
    await use(await context.newPage())
  },
})

/** The real tokens, as a script of the origin finds them in the default mode. */
export async function realTokens({ page }: Tab): Promise<string[]> {
  const stored = JSON.stringify(await everythingStored(page))
  const tokens = [...stored.matchAll(/"(?:accessToken|refreshToken|idToken)":"([^"]+)"/g)]
  return tokens.map(([, token = '']) => token)
}
