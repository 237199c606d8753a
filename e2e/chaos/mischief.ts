// What goes wrong, each kind in a loop of its own with random numbers of its own.
import { setTimeout as sleep } from 'node:timers/promises'
import { between, pick, randomFor, type Random } from '../random.ts'
import type { Fault, TestServer } from '../test-server.ts'
import type { Journal } from './journal.ts'
import { USERS, type Logins } from './logins.ts'
import type { Tabs } from './tabs.ts'
import type { Watch } from './token-requests.ts'
import { lostSince, wasFailing } from './token-trouble.ts'
import type { WorkerKiller } from './worker-killer.ts'

export interface Scene {
  server: TestServer
  tabs: Tabs
  killer: WorkerKiller
  watch: Watch
  journal: Journal
  logins: Logins
  seed: number
  signal: AbortSignal
  /** Told what could not be done. */
  onFailure: (what: string) => void
}

/** How long a session may hang on the server's reuse window before it is left in peace to recover, ms. */
const MERCY = 1500

/** Resolves when every loop has ended, after the signal. */
export async function makeMischief(scene: Scene): Promise<void> {
  await Promise.all([
    repeat(scene, 'kills', [300, 3000], killWorker),
    repeat(scene, 'endpoint', [1500, 5000], troubleEndpoint),
    repeat(scene, 'pages', [1500, 5000], disturbPages),
    repeat(scene, 'logins', [4000, 15_000], changeUser),
    repeat(scene, 'mercy', [50, 50], showMercy),
    repeat(scene, 'cure', [50, 50], ({ tabs }) => tabs.cure()),
  ])
}

async function repeat(
  scene: Scene,
  actor: string,
  [least, most]: readonly [least: number, most: number],
  act: (scene: Scene, random: Random) => Promise<void>,
): Promise<void> {
  const random = randomFor(scene.seed, actor)
  const { signal } = scene
  while (!signal.aborted) {
    await sleep(between(random, least, most), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    await act(scene, random).catch((error: unknown) => scene.onFailure(`${actor}: ${String(error)}`))
  }
}

const needsMercy = ({ watch, journal }: Scene): boolean => {
  const since = lostSince(watch.requests, journal)
  return since !== undefined && Date.now() - since > MERCY
}

/** One trouble at a time: a rotation that was lost must be repeated before the server's window closes. */
function isTroubled({ watch, journal }: Scene): boolean {
  const now = Date.now()
  return lostSince(watch.requests, journal) !== undefined || wasFailing(watch.requests, journal, now, now)
}

async function killWorker(scene: Scene, random: Random): Promise<void> {
  const { killer, watch } = scene
  const how = pick(random, { once: 5, twice: 3, 'during a refresh': 5 })
  const delay = between(random, 0, 60)
  // The interesting moments are short: without aim hardly a kill would hit one.
  if (how === 'during a refresh') {
    await watch.next(5000)
    await sleep(delay)
  }
  if (needsMercy(scene)) return
  await killer.kill(how)
  if (how !== 'twice') return
  await killer.restarted(500)
  await sleep(delay)
  if (!needsMercy(scene)) await killer.kill(`${how}, again`)
}

async function troubleEndpoint(scene: Scene, random: Random): Promise<void> {
  const { server, journal, signal } = scene
  if (isTroubled(scene)) return
  const how = pick(random, { slow: 3, '503': 2, '429': 2, 'cut off before': 2, 'cut off after': 3 })
  const duration = Math.round(between(random, 500, 3000))
  const over = journal.begin('endpoint', how)
  const isCut = how.startsWith('cut') ? journal.begin('cut', 'idle connections closed') : undefined
  await server.fault(faultOf(how, random))
  isCut?.()
  await sleep(duration, undefined, { signal }).catch(() => undefined)
  await server.clearFault('refresh')
  over()
}

function faultOf(how: 'slow' | '503' | '429' | 'cut off before' | 'cut off after', random: Random): Fault {
  const seconds = String(Math.ceil(between(random, 0, 2)))
  const body = JSON.stringify({ error: 'temporarily_unavailable' })
  switch (how) {
    case 'slow':
      return { target: 'refresh', delay: Math.round(between(random, 100, 1200)) }
    case '503':
    case '429':
      return { target: 'refresh', status: Number(how), headers: { 'Retry-After': seconds }, body }
    case 'cut off before':
      return { target: 'refresh', drop: 'before' }
    case 'cut off after':
      return { target: 'refresh', drop: 'after', times: Math.ceil(between(random, 0, 2)) }
  }
}

/** A session that hangs on the reuse window gets its chance: no more deaths, and an endpoint that works. */
async function showMercy(scene: Scene): Promise<void> {
  if (needsMercy(scene)) await scene.server.clearFault('refresh')
}

async function disturbPages({ tabs, server, journal }: Scene, random: Random): Promise<void> {
  switch (pick(random, { reload: 2, 'hard reload': 3, replace: 3, deploy: 3 })) {
    case 'reload':
      return tabs.reload(tabs.any(random), 'reload')
    case 'hard reload':
      return tabs.reload(tabs.any(random), 'hard reload')
    case 'replace':
      return tabs.replace(random)
    case 'deploy': {
      const next = journal.count('version') % 2 === 0 ? 'sw-next.js' : 'sw.js'
      const over = journal.begin('version', next)
      server.deploy(next)
      // It fails where the new worker is killed while it installs.
      await tabs
        .any(random)
        .tab.page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
        .catch(() => undefined)
      over()
    }
  }
}

async function changeUser(scene: Scene, random: Random): Promise<void> {
  const { tabs, logins, server } = scene
  const user = USERS.find((name) => name !== logins.user) ?? USERS[0]
  if (pick(random, { 'at any time': 1, 'during a refresh': 1 }) === 'during a refresh')
    await refreshMeanwhile(scene)
  await logins.change(user, async () => {
    await insist(async () => {
      const calling = tabs.any(random)
      await calling.exclusively(() => calling.tab.logout())
    })
    await insist(() => logIn(tabs, random, user))
  })
  await server.clearFault('logout')
}

/**
 * Returns while a refresh is under way that will end well after the next login, since the server hears nothing of the
 * logout: its tokens are the former user's.
 */
async function refreshMeanwhile(scene: Scene): Promise<void> {
  const { server, watch, journal } = scene
  if (isTroubled(scene)) return
  const over = journal.begin('endpoint', 'slow across a login')
  await server.fault({ target: 'refresh', delay: 1000, times: 1 })
  await server.fault({ target: 'logout', status: 503, times: 1 })
  await watch.next(4000)
  over()
}

export async function logIn(tabs: Tabs, random: Random, user: string): Promise<void> {
  const calling = tabs.any(random)
  const { status, error } = await calling.exclusively(() => calling.tab.login(user))
  if (status !== 200) throw new Error(`The login failed: ${status} ${error ?? ''}`)
  if (calling.isPastWorker) throw new Error('The login went past the worker')
}

/** What a killed worker or a page that goes away has broken is done again, as a user would. */
async function insist(action: () => Promise<void>): Promise<void> {
  for (let tries = 10; ; tries--) {
    try {
      return await action()
    } catch (error) {
      if (tries === 1) throw error
      await sleep(200)
    }
  }
}
