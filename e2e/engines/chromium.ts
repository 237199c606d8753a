import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { findBrowser } from '../browser.mjs'
import { stopAllWorkers } from '../stop-workers.ts'
import { EngineMissing, expressionOf, resultOf, type Engine, type Profile, type Tab } from './engine.ts'

/** Without these Chromium calls home at every start, which a closed network answers with refused connections. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  // The HTTP/2 server's certificate is its own.
  '--ignore-certificate-errors',
]

/** Chromium, by Playwright. */
export async function startChromium(): Promise<Engine> {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new EngineMissing('no Chromium or Chrome found')
  const browser = await chromium.launch({ executablePath, args: ARGS })
  return {
    name: 'Chromium',
    version: browser.version(),
    open: async () => profileOf(await browser.newContext()),
    close: () => browser.close(),
  }
}

function profileOf(context: BrowserContext): Profile {
  return {
    newTab: async () => tabOf(await context.newPage()),
    async killWorkers() {
      const [page] = context.pages()
      if (page) await stopAllWorkers(await context.newCDPSession(page))
    },
    close: () => context.close(),
  }
}

function tabOf(page: Page): Tab {
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: async (fn, ...args) => resultOf(await page.evaluate<unknown>(expressionOf(fn, args))),
    close: () => page.close(),
  }
}
