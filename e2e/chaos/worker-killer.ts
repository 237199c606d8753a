import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, CDPSession, Page } from '@playwright/test'
import type { Journal } from './journal.ts'

/** In the note of a kill that hit a new version before it was activated. */
export const IN_TAKEOVER = 'in a takeover'

/** How long to wait for the browser to say that a worker has stopped, ms. */
const STOPPING = 1000

/** Stops workers over DevTools, as the browser does at any moment, and counts how often they start. */
export class WorkerKiller {
  starts = 0
  readonly #page: Page
  readonly #devtools: CDPSession
  readonly #journal: Journal
  readonly #running = new Map<string, string>()
  readonly #statuses = new Map<string, string>()
  #tell: () => void = () => {}

  private constructor(page: Page, devtools: CDPSession, journal: Journal) {
    this.#page = page
    this.#devtools = devtools
    this.#journal = journal
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus, status } of versions) {
        this.#statuses.set(versionId, status)
        if (runningStatus === 'starting' && this.#running.get(versionId) !== 'starting') this.starts++
        this.#running.set(versionId, runningStatus)
      }
      this.#tell()
    })
  }

  /** A page of its own, since those of the app come and go. */
  static async attach(context: BrowserContext, journal: Journal): Promise<WorkerKiller> {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    const killer = new WorkerKiller(page, devtools, journal)
    await devtools.send('ServiceWorker.enable')
    return killer
  }

  get isRunning(): boolean {
    return [...this.#running.values()].some((status) => status !== 'stopped')
  }

  /** @returns whether there was a worker to stop */
  async kill(note: string): Promise<boolean> {
    if (!this.isRunning) return false
    const over = this.#journal.begin('kill', note)
    const wasTakeover = this.#isTakeover
    const stopped = this.#until(() => !this.isRunning)
    await this.#devtools.send('ServiceWorker.stopAllWorkers')
    await Promise.race([stopped, sleep(STOPPING, undefined, { ref: false })])
    over(wasTakeover || this.#isTakeover ? `, ${IN_TAKEOVER}` : '')
    return true
  }

  /** Waits until a worker starts again, ms at most. */
  async restarted(limit: number): Promise<void> {
    await Promise.race([this.#until(() => this.isRunning), sleep(limit, undefined, { ref: false })])
  }

  async detach(): Promise<void> {
    await this.#page.close()
  }

  get #isTakeover(): boolean {
    return [...this.#statuses.values()].some((status) => status !== 'activated' && status !== 'redundant')
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = () => {
        if (condition()) resolve()
      }
      this.#tell()
    })
  }
}
