import { basisOf } from '../core/placeholder.ts'
import { Browser } from './browser.ts'
import { describe } from './describe.ts'
import type { Violation } from './invariants.ts'
import { NONE, type Mutation } from './mutations.ts'
import { worldOf } from './network.ts'
import type { Command, Scenario } from './scenario.ts'
import { Livelock } from './simulation.ts'
import { World } from './world.ts'

export interface Outcome {
  violation: Violation | undefined
  steps: number
  trace: readonly string[]
}

export interface Watch {
  /** Fingerprints of the states that the world was in. */
  states?: Set<number>
  isTraced?: boolean
}

/** Longer than anything may still go on once the faults are over, ms. */
const AFTERWARDS = 200_000

/** Runs one schedule from beginning to end. */
export async function exploreSchedule(
  scenario: Scenario,
  mutation: Mutation = NONE,
  { states, isTraced = false }: Watch = {},
): Promise<Outcome> {
  const world = new World(scenario)
  const { simulation, invariants } = world
  if (isTraced) simulation.trace = []
  if (states) simulation.onStep = () => states.add(fingerprint(world, browser))
  worldOf.current = world
  world.begin()
  const browser = new Browser(world, mutation)
  const isBroken = (): boolean => invariants.violation !== undefined
  try {
    for (const command of scenario.commands) {
      const turn = simulation.steps + command.after
      await simulation.runReady(() => simulation.steps >= turn || isBroken())
      if (isBroken()) break
      simulation.note(() => `▶ ${Object.values(command).slice(0, -1).join(' ')}`)
      await execute(command, world, browser, isBroken)
    }
    if (!isBroken()) await afterwards(world, browser, isBroken)
  } catch (error) {
    if (!(error instanceof Livelock)) throw error
    invariants.broken('every request settles within its bound', error.message)
  }
  return {
    violation: invariants.violation,
    steps: simulation.steps,
    trace: simulation.trace ?? [],
  }
}

async function execute(
  command: Command,
  world: World,
  browser: Browser,
  isBroken: () => boolean,
): Promise<void> {
  const { simulation, faults, server } = world
  switch (command.type) {
    case 'get':
      return void browser.fetch(command.tab, 'GET', '/api/x')
    case 'get-other':
      return void browser.fetch(command.tab, 'GET', '/api/other')
    case 'post':
      return void browser.fetch(command.tab, 'POST', '/api/y', 'content')
    case 'login':
      return login(browser, command.tab, command.user)
    case 'logout':
      return browser.logout(command.tab)
    case 'logout-request':
      return logoutRequest(world, browser, command.tab)
    case 'page-refresh':
      return pageRefresh(browser, command.tab)
    case 'nudge':
      return browser.nudge(command.tab, command.online)
    case 'kill':
      world.hadDeath = true
      return browser.kill(command.oldest)
    case 'update':
      return void browser.update()
    case 'wait':
      return simulation.run(command.ms, isBroken)
    case 'sleep':
      world.slept += command.ms
      world.invariants.expired()
      return simulation.leap(command.ms)
    case 'clock':
      world.skew += command.ms
      return
    case 'token-fault':
      world.hadTokenFault = true
      return push(faults.token, command.fault, command.times)
    case 'store-fault':
      return push(faults.store, command.fault, command.times)
    case 'api-fault':
      return push(faults.api, command.fault, command.times)
    case 'revoke':
      for (const family of server.families) if (family.user === command.user) server.end(family, 'revocation')
      return
    case 'expire':
      world.invariants.expired()
      return server.expire()
    case 'clear-data':
      world.invariants.endingAsked()
      world.hadDeath = true
      world.disk = undefined
      for (const worker of browser.live)
        void simulation.step(`w${worker.id} loses its database`, worker).then(worker.hear)
      return
  }
}

function push<T>(list: T[], item: T, times: number): void {
  for (let i = 0; i < times; i++) list.push(item)
}

/** The page keeps the refresh token that it is given: a placeholder. */
function keep(browser: Browser): (status: number, body: string) => void {
  return (status, body) => {
    const [, token] = /"refresh_token":"([^"]+)"/.exec(body) ?? []
    if (status === 200 && token !== undefined) browser.placeholder = token
  }
}

const login = (browser: Browser, tab: number, user: string): void =>
  void browser.fetch(tab, 'POST', '/auth/login', user, keep(browser))

function logoutRequest(world: World, browser: Browser, tab: number): void {
  const { placeholder, isLoginUnderWay } = browser
  const { session } = world
  const isTold = world.invariants.logoutAsked(isLoginUnderWay)
  // A placeholder of another session ends only that.
  const isMeant =
    placeholder === undefined ||
    (session.status === 'active' && basisOf(placeholder)?.sessionId === session.sessionId)
  const body = placeholder === undefined ? '' : JSON.stringify({ refresh_token: placeholder })
  browser.fetch(tab, 'POST', '/auth/logout', body, (status) => {
    if (status !== 0 && isMeant) isTold()
  })
}

function pageRefresh(browser: Browser, tab: number): void {
  const { placeholder } = browser
  if (placeholder === undefined) return
  const body = JSON.stringify({ refresh_token: placeholder })
  browser.fetch(tab, 'POST', '/auth/refresh', body, keep(browser))
}

/** The faults are over: whatever lives must work again, and every page must know what the session is. */
async function afterwards(world: World, browser: Browser, isBroken: () => boolean): Promise<void> {
  const { simulation, invariants, server } = world
  simulation.note(() => '▶ the faults are over')
  world.heal()
  await simulation.run(AFTERWARDS, isBroken)
  if (isBroken()) return
  const late = browser.requests.find(({ status }) => status === undefined)
  invariants.checkLogouts()
  if (late) return invariants.broken('every request settles within its bound', `${late.path} never settles`)

  // What could not be written is written when the session is next asked for.
  if (world.hadStoreFault) await expectAnswer(undefined)
  const { session } = world
  const isLive = session.status === 'active' && server.honours(session.tokens.refreshToken, simulation.time)
  simulation.note(() => `▶ does it work again? ${describe(session)}`)
  await expectAnswer(isLive ? 200 : undefined)
  if (isBroken()) return
  checkPages(world, browser)
  const ignorant = browser.tabs.filter(({ known }) => known !== world.session.status)
  if (ignorant.length > 0) {
    for (const { id } of ignorant) browser.nudge(id, false)
    await simulation.run(60_000, isBroken)
  }
  for (const { id, known } of browser.tabs)
    if (known !== world.session.status && !isBroken())
      invariants.broken('every page learns what the session is', `tab ${id} takes it for ${known}`)
  if (isLive) return
  simulation.note(() => '▶ a new login')
  login(browser, 0, 'carol')
  await simulation.run(1000, isBroken)
  await expectAnswer(200)

  async function expectAnswer(expected: number | undefined): Promise<void> {
    const paths = ['/api/z', '/api/other/z']
    const requests = browser.tabs.map(({ id }, index) => browser.fetch(id, 'GET', paths[index] ?? '/api/z'))
    await simulation.run(60_000, isBroken)
    const wrong = requests.find(({ status }) => expected !== undefined && status !== expected)
    if (wrong && !isBroken())
      invariants.broken('after the faults every live session works', `${wrong.path}: ${String(wrong.status)}`)
  }
}

/** What the pages must have been told by now without having asked. */
function checkPages(world: World, browser: Browser): void {
  const { invariants, hadDeath, hadStoreFault, hadTwoVersions } = world
  const hadHeirs = hadDeath || hadTwoVersions
  const { status } = world.session
  for (const { id, known, isLoss } of browser.tabs) {
    // A session that was in the memory of a worker alone dies with it, and nobody knows.
    if (status === 'login-required' && !isLoss && !(hadHeirs && hadStoreFault))
      invariants.broken('one login-required per lost session', `tab ${id} was told of none`)
    // A page that a death or a fault kept from hearing of a login or logout learns of it when it asks.
    if (hadHeirs) continue
    if (status === 'active' && isLoss)
      invariants.broken('one login-required per lost session', `tab ${id} was told of one that is over`)
    if (known !== status && !hadStoreFault)
      invariants.broken('every page learns what the session is', `tab ${id} takes it for ${known}`)
  }
}

/** Two states are the same where their fingerprints are; a few different ones may be taken for the same. */
function fingerprint(world: World, browser: Browser): number {
  const { session, simulation, server, faults } = world
  let hash = 0x811c9dc5
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  mix(describe(session))
  mix(String(world.lock.isHeld))
  let pending = 0
  for (const { label } of simulation.ready) {
    let own = 7
    for (let i = 0; i < label.length; i++) own = (Math.imul(own, 31) + label.charCodeAt(i)) | 0
    // Their order is not part of the state.
    pending = (pending + own) | 0
  }
  mix(String(pending))
  for (const family of server.families) mix(family.alive ? family.user : '-')
  for (const worker of browser.live) mix(`${worker.pending.size}/${worker.unheard}`)
  for (const tab of browser.tabs) mix(`${tab.known}${String(tab.isLoss)}`)
  mix(`${faults.token.join('')}${faults.store.join('')}${faults.api.join('')}`)
  return hash
}
