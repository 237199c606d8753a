import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type BrowserContext } from '@playwright/test'
import config from '../playwright.config.ts'
import { randomFor } from '../random.ts'
import { TestServer } from '../test-server.ts'
import { Journal } from './journal.ts'
import { judge, type Call, type Evidence } from './judge.ts'
import { Logins, USERS } from './logins.ts'
import { logIn, makeMischief, type Scene } from './mischief.ts'
import { Report } from './report.ts'
import { Tabs } from './tabs.ts'
import { watchTokenRequests } from './token-requests.ts'
import { WorkerKiller } from './worker-killer.ts'

export interface ChaosOptions {
  seed: number
  seconds: number
  /** Told from time to time. */
  onProgress?: (report: Report) => void
}

const TABS = 4
/** s */
const TOKEN_LIFE = 3
/** The server forgives a repeated refresh token for so long, s. */
const REUSE_WINDOW = 8
/** A call is judged when all that may explain it is known, ms. */
const JUDGED_AFTER = 3000
/** No session may take longer to work again after the last fault: the longest back-off and a little, ms. */
const RECOVERY = 40_000

declare global {
  interface Window {
    chaosHeard(message: unknown): void
  }
}

export async function runChaos({ seed, seconds, onProgress }: ChaosOptions): Promise<Report> {
  const server = await TestServer.start({ accessTokenTtl: TOKEN_LIFE, reuseWindow: REUSE_WINDOW })
  const watch = watchTokenRequests(server.url)
  const browser = await chromium.launch(config.use?.launchOptions)
  const death = new Promise<never>((_, reject) => {
    browser.on('disconnected', () => reject(new Error('The browser itself has died')))
  })
  death.catch(() => undefined)
  try {
    const context = await browser.newContext()
    const journal = new Journal()
    const logins = new Logins(journal)
    const killer = await WorkerKiller.attach(context, journal)
    const bypassed = new Set<string>()
    const evidence: Evidence = { journal, logins, tokenRequests: watch.requests, bypassed }
    const report = new Report(seed, evidence)
    const calls: Call[] = []
    await hearMessages(context, (message) => report.hear(message))
    const onCall = (call: Call): void => void calls.push(call)
    const tabs = new Tabs({ context, url: server.url, seed, journal, bypassed, onCall })
    const judgeOld = async (now: number): Promise<void> => {
      const old = calls.findIndex(({ until }) => until >= now - JUDGED_AFTER)
      const judged = calls.splice(0, old < 0 ? calls.length : old)
      const verdicts = judged.map((call) => ({ call, verdict: judge(call, evidence) }))
      const isBad = verdicts.some(({ verdict }) => verdict.type === 'violation')
      const seen = isBad ? (await server.stats()).requests : []
      for (const { call, verdict } of verdicts) report.add(call, verdict, seen)
    }

    await logins.change(USERS[0], async () => {
      await tabs.open()
      await logIn(tabs, randomFor(seed, 'first login'), USERS[0])
    })
    while (tabs.all.length < TABS) await tabs.open()
    const signal = AbortSignal.timeout(seconds * 1000)
    const onFailure = (what: string): void => report.fail(what)
    const scene: Scene = { server, tabs, killer, watch, journal, logins, seed, signal, onFailure }
    const progress = setInterval(() => {
      judgeOld(Date.now()).catch((error: unknown) => console.error(error))
      onProgress?.(report)
    }, 1000)
    try {
      await Promise.race([makeMischief(scene), death])
    } finally {
      clearInterval(progress)
    }
    await server.clearFault('refresh')
    await tabs.cure()
    await report.recovered(tabs, RECOVERY)
    await tabs.stop()
    await sleep(JUDGED_AFTER)
    await judgeOld(Number.POSITIVE_INFINITY)
    report.finish(await server.stats(), killer.starts)
    return report
  } finally {
    await browser.close()
    watch.stop()
    await server.stop()
  }
}

/** The pages tell at once what their worker says, as a page that reloads would forget it. */
async function hearMessages(context: BrowserContext, hear: (message: unknown) => void): Promise<void> {
  await context.exposeFunction('chaosHeard', hear)
  await context.addInitScript(() => {
    navigator.serviceWorker?.addEventListener('message', ({ data }) => window.chaosHeard(data))
  })
}
