import { readdirSync, readFileSync } from 'node:fs'
import puppeteer, {
  TargetType,
  type Browser,
  type BrowserContext,
  type CDPSession,
  type Page,
} from 'puppeteer-core'
import { findBrowser } from '../browser.mjs'
import { stopAllWorkers } from '../stop-workers.ts'
import type { Contestant } from './contestants.ts'
import { BenchServer } from './server.ts'
import { siteOf } from './site.ts'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The pages take turns, and none is to be slower for being in the background.
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--js-flags=--expose-gc',
]

/** Chromium by its own protocol, without the network events, which would carry every body. */
export function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === undefined)
    throw new Error('No Chromium or Chrome found; give the path as E2E_BROWSER.')
  return puppeteer.launch({ executablePath, args: ARGS, networkEnabled: false, protocolTimeout: 600_000 })
}

/** A contestant with a server and a profile of its own. */
export class Run {
  readonly contestant: Contestant
  readonly server: BenchServer
  readonly context: BrowserContext
  readonly page: Page

  private constructor(contestant: Contestant, server: BenchServer, context: BrowserContext, page: Page) {
    this.contestant = contestant
    this.server = server
    this.context = context
    this.page = page
  }

  static async start(browser: Browser, contestant: Contestant): Promise<Run> {
    const server = await BenchServer.start(await siteOf(contestant))
    const context = await browser.createBrowserContext()
    const run = new Run(contestant, server, context, await context.newPage())
    try {
      await run.page.goto(server.url)
      await run.page.evaluate(async () => void (await window.bench.ready))
      await run.login()
    } catch (cause) {
      await run.close()
      throw cause
    }
    return run
  }

  async login(): Promise<void> {
    const { page } = this
    if (this.contestant.leavesForLogin === true)
      // The page is gone before it can answer.
      await Promise.all([page.waitForNavigation(), page.evaluate(() => void window.bench.login())])
    else await page.evaluate(async () => void (await window.bench.login()))
    await this.answered(page)
  }

  /** Another tab, logged in as the first one is. */
  async tab(): Promise<Page> {
    const page = await this.context.newPage()
    await page.goto(this.server.url)
    await page.evaluate(async () => void (await window.bench.ready))
    return page
  }

  /** Waits for a protected answer at the app's own page. */
  async answered(page: Page): Promise<void> {
    const end = Date.now() + 30_000
    for (; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const status = await page
        .evaluate(async () => (location.pathname === '/' ? window.bench.status() : 0))
        .catch(() => 0)
      if (status === 200) return
    }
    throw new Error(`${this.contestant.name} does not get in: ${JSON.stringify([...this.server.counts])}`)
  }

  async close(): Promise<void> {
    await this.context.close()
    this.server.close()
  }
}

interface WorkerVersions {
  versions: { versionId: string; runningStatus: string }[]
}

/** Tells how often a worker of the page's profile is started, until it is asked. */
export async function watchStarts(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.createCDPSession()
  let starts = 0
  devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }: WorkerVersions) => {
    starts += versions.filter(({ runningStatus }) => runningStatus === 'starting').length
  })
  await devtools.send('ServiceWorker.enable')
  return async () => {
    await devtools.detach()
    return starts
  }
}

export const stopWorkers = async (page: Page): Promise<void> => stopAllWorkers(await page.createCDPSession())

/** The heap of the profile's worker after a collection, bytes. */
export async function workerHeap({ context, server }: Run): Promise<number> {
  const target = await context
    .browser()
    .waitForTarget((each) => each.type() === TargetType.SERVICE_WORKER && each.url().startsWith(server.url))
  const devtools: CDPSession = await target.createCDPSession()
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  await devtools.detach()
  return usedSize
}

/** What all processes of the browser take together (PSS), bytes. */
export function memoryOf(browser: Browser): number {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(Number(entry))
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const all = [browser.process()?.pid ?? 0]
  for (const pid of all) all.push(...(children.get(pid) ?? []))
  return all.reduce((sum, pid) => sum + proportionalSize(pid), 0)
}

function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

const proportionalSize = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0) * 1024

/** Undefined where the process is gone. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
