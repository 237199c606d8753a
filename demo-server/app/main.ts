import { registerTokenBroker } from 'sw-token-broker/client'
import { createApiPanel } from './page/api-panel.ts'
import { createBanners } from './page/banners.ts'
import { createClassicPanel } from './page/classic-panel.ts'
import { showCounters } from './page/counters.ts'
import { byId, setText } from './page/dom.ts'
import { createJournal } from './page/journal.ts'
import { createOAuthPanel } from './page/oauth-panel.ts'
import { watchStats } from './page/server-stats.ts'
import { createSessionPanel } from './page/session-panel.ts'
import { evidenceOf, newestInWords } from './page/summary.ts'
import { claimTabName } from './page/tab-name.ts'
import { createTimeline } from './page/timeline.ts'
import { createTroublePanel } from './page/trouble-panel.ts'
import { createWorkerPanel } from './page/worker-panel.ts'
import type { ServerStats } from './page/server-stats.ts'
import type { SessionInfo, TokenBrokerClient } from 'sw-token-broker/client'

const LOST: Record<string, string> = {
  'no-session': 'This call needs a login, and nobody is logged in.',
  invalid_grant: 'The server has ended the session, so the token can no longer be renewed.',
}

const tab = await claimTabName()
setText(byId('tab-name', HTMLElement), `tab ${tab}`)
document.title = `${tab} · Token broker demo`

let stats: ServerStats | undefined
let broker: TokenBrokerClient | undefined
const timeline = createTimeline(byId('timeline', HTMLOListElement))
const banners = createBanners()
const journal = createJournal(tab, () => {
  draw()
  look()
})
const worker = createWorkerPanel(journal)
const watch = watchStats((latest) => {
  stats = latest
  showCounters(latest)
  draw()
})
const session = createSessionPanel(journal, () => broker, look)
const classic = createClassicPanel(journal, look)
const oauth = createOAuthPanel(journal, look)
createApiPanel(journal, look)
createTroublePanel(journal, look)

function look(): void {
  watch.look()
  worker.look()
}

function draw(): void {
  const entries = journal.entries()
  const evidence = evidenceOf(stats)
  timeline.render(entries, evidence)
  const words = newestInWords(entries, evidence)
  setText(byId('status', HTMLElement), words)
  byId('timeline-empty', HTMLElement).hidden = entries.length + evidence.tokenRequests.length > 0
}

function loginRequired(loginUrl: string | undefined, reason: string | undefined): void {
  banners.show('login-required', {
    tone: 'warn',
    title: 'Please log in',
    text: LOST[reason ?? ''] ?? 'Only a login can help now.',
    action: { label: 'Log in', run: () => goToLogin(loginUrl) },
  })
}

/** An app with a login page of its own would only say `location.assign(loginUrl)`. */
function goToLogin(loginUrl: string | undefined): void {
  if (loginUrl === undefined || new URL(loginUrl).pathname === location.pathname) session.focusLogin()
  else location.assign(loginUrl)
}

function brokerError({ code, message }: { code: string; message: string }): void {
  journal.note(`The broker reports ${code}`, 'bad')
  banners.show('broker-error', { tone: 'bad', title: `The broker reports “${code}”`, text: message })
}

function showSession(info: SessionInfo): void {
  session.show(info)
  if (info.status === 'login-required') loginRequired(undefined, info.reason)
  else banners.hide('login-required')
  if (info.status === 'active') banners.hide('broker-error')
}

async function start(): Promise<void> {
  broker = await registerTokenBroker('/sw.js')
  broker.addEventListener('session-changed', ({ session: info }) => {
    showSession(info)
    look()
  })
  broker.addEventListener('login-required', ({ loginUrl, reason }) => {
    journal.note(`Told that a login is needed (${reason})`, 'bad')
    loginRequired(loginUrl, reason)
  })
  broker.addEventListener('broker-error', brokerError)
  showSession(await broker.getSession())
  session.enable()

  const classicBroker = await registerTokenBroker('/sw.js', { name: 'classic' })
  classicBroker.addEventListener('session-changed', ({ session: info }) => classic.show(info))
  classicBroker.addEventListener('broker-error', brokerError)
  classic.show(await classicBroker.getSession())
  classic.enable()

  const oauthBroker = await registerTokenBroker('/sw.js', { name: 'oauth' })
  oauthBroker.addEventListener('session-changed', ({ session: info }) => oauth.show(info))
  oauthBroker.addEventListener('broker-error', brokerError)
  oauth.show(await oauthBroker.getSession())
  look()
}

start().catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const text = `${error instanceof Error ? error.message : String(error)}. Without the worker, no call gets a token.`
  banners.show('no-worker', { tone: 'bad', title: `The worker could not be started (${code})`, text })
})
