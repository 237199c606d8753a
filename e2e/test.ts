import { expect, type Page } from '@playwright/test'
import type { DemoServerOptions } from '../demo-server/server.ts'
import type { FlavourName } from '../demo-server/flavours.ts'
import type { Answer, BodyKind } from './app/harness.ts'
import { testWith } from './fixtures.ts'
import type { Tab } from './tab.ts'
import { TestServer } from './test-server.ts'

export { expect }

export const test = testWith((options: DemoServerOptions) => TestServer.start(options), {})

/**
 * Leaves a session whose access token has expired, and no open page that would have kept it warm: the tab is on a
 * blank page afterwards.
 */
export async function expireSession(tab: Tab, server: TestServer, user = 'alice'): Promise<void> {
  await server.ttl(1)
  await tab.login(user)
  const { expiresAt } = await tab.session()
  if (expiresAt === undefined) throw new Error('The session does not say when it expires')
  await tab.page.goto('about:blank')
  await server.ttl(300)
  await expect.poll(() => Date.now()).toBeGreaterThan(expiresAt)
  await server.reset()
}

/** Starts a call in the page that the test does not wait for yet. */
export function start(page: Page, name: string, url: string, init?: RequestInit): Promise<void> {
  return page.evaluate(
    ([key, to, how]) => void window.harness.pending.set(key, window.harness.call(to, how)),
    [name, url, init] as const,
  )
}

/** The answer of a call that was started. */
export function finish(page: Page, name: string) {
  return page.evaluate((key) => window.harness.pending.get(key), name)
}

/** The same with a body, as `Tab.post` sends it. */
export function startPost(page: Page, name: string, url: string, kind: BodyKind): Promise<void> {
  return page.evaluate(
    ([key, to, what]) => void window.harness.pending.set(key, window.harness.post(to, what)),
    [name, url, kind] as const,
  )
}

/** The answers so far of the calls that were started. */
export function answered(page: Page): Promise<Answer[]> {
  return page.evaluate(async () => {
    const later = new Promise<undefined>((resolve) => setTimeout(resolve, 0))
    const answers = await Promise.all(
      [...window.harness.pending.values()].map((answer) => Promise.race([answer, later])),
    )
    return answers.filter((answer) => answer !== undefined)
  })
}

/** The numbers that say whether the one refresh was one. */
export async function refreshCounts(server: TestServer, flavour: FlavourName = 'main') {
  const { refreshes, refreshAttempts, reuse } = (await server.stats())[flavour]
  return { refreshes, refreshAttempts, reuse }
}

export const ONE_REFRESH = { refreshes: 1, refreshAttempts: 1, reuse: 0 }
