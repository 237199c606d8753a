import { registerTokenBroker } from 'sw-token-broker/client'
import { createApiPanel } from './page/api-panel.ts'
import { createBanners } from './page/banners.ts'
import { createClassicPanel } from './page/classic-panel.ts'
import { showCounters } from './page/counters.ts'
import { byId, setText } from './page/dom.ts'
import { createInspected, type BrokerName } from './page/inspector.ts'
import { createOAuthPanel } from './page/oauth-panel.ts'
import { watchStats } from './page/server-stats.ts'
import { createSessionPanel } from './page/session-panel.ts'
import { say } from './page/status.ts'
import { claimTabName } from './page/tab-name.ts'
import { createTroublePanel } from './page/trouble-panel.ts'
import { createWorkerPanel } from './page/worker-panel.ts'
import type { SessionInfo, TokenBrokerClient } from 'sw-token-broker/client'

const LOST: Record<string, string> = {
  'no-session': 'This call needs a login, and nobody is logged in.',
  invalid_grant: 'The server has ended the session, so the token can no longer be renewed.',
}

const tab = await claimTabName()
setText(byId('tab-name', HTMLElement), `tab ${tab}`)
document.title = `${tab} · Token broker demo`

let broker: TokenBrokerClient | undefined
const banners = createBanners()
const inspected = createInspected()
const worker = createWorkerPanel(() => broker)
const watch = watchStats(showCounters)
const lookAt = (name: BrokerName) => (): void => {
  inspected.show(name)
  look()
}
const session = createSessionPanel(() => broker, lookAt('default'))
const classic = createClassicPanel(lookAt('classic'))
const oauth = createOAuthPanel(lookAt('oauth'))
createApiPanel(lookAt('default'))
createTroublePanel(look)

function look(): void {
  watch.look()
  worker.look()
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
  say(`The broker reports ${code}`)
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
  inspected.add('default', broker)
  broker.addEventListener('session-changed', ({ session: info }) => {
    showSession(info)
    look()
  })
  broker.addEventListener('login-required', ({ loginUrl, reason }) => {
    say(`Told that a login is needed (${reason})`)
    loginRequired(loginUrl, reason)
  })
  broker.addEventListener('broker-error', brokerError)
  showSession(await broker.getSession())
  session.enable()

  const classicBroker = await registerTokenBroker('/sw.js', { name: 'classic' })
  inspected.add('classic', classicBroker)
  classicBroker.addEventListener('session-changed', ({ session: info }) => classic.show(info))
  classicBroker.addEventListener('broker-error', brokerError)
  classic.show(await classicBroker.getSession())
  classic.enable()

  const oauthBroker = await registerTokenBroker('/sw.js', { name: 'oauth' })
  inspected.add('oauth', oauthBroker)
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
