import puppeteer, { type BrowserContext, type Page } from 'puppeteer-core'
import { EngineMissing, expressionOf, resultOf, type Engine, type Profile, type Tab } from './engine.ts'
import { findFirefox } from './install.mjs'

const PREFS = {
  // Sound and pictures without a click, in a background tab too.
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.block-autoplay-until-in-foreground': false,
  // It calls home otherwise, which a closed network answers with refused connections.
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // A background tab's timers would slow the second tab of a scenario down.
  'dom.min_background_timeout_value': 10,
}

/** Debian's firefox-esr, by WebDriver BiDi. */
export async function startFirefox(): Promise<Engine> {
  const executablePath = findFirefox()
  if (executablePath === undefined) throw new EngineMissing('no Firefox found')
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // That of the Web Platform Tests' server (e2e/wpt) is its own.
    acceptInsecureCerts: true,
    extraPrefsFirefox: PREFS,
    protocolTimeout: 180_000,
  })
  return {
    name: 'Firefox',
    version: (await browser.version()).replace(/^firefox\//i, ''),
    // A container: storage, cache and workers of its own.
    open: async () => profileOf(await browser.createBrowserContext()),
    close: () => browser.close(),
  }
}

const profileOf = (context: BrowserContext): Profile => ({
  newTab: async () => tabOf(await context.newPage()),
  close: () => context.close(),
})

const tabOf = (page: Page): Tab => ({
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  evaluate: async (fn, ...args) => resultOf(await page.evaluate(expressionOf(fn, args))),
  close: () => page.close(),
})
