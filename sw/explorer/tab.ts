import type { Announcement, LoginRequiredReason, SessionInfo } from '../protocol/messages.ts'
import type { World } from './world.ts'

/** What a page has been told; it hears as `client/token-broker-client.ts` does. */
export class Tab {
  readonly id: number
  known: SessionInfo['status']
  isLoss: boolean
  #fired = 0
  readonly #world: World

  constructor(id: number, world: World) {
    this.id = id
    this.#world = world
    this.known = world.session.status
    this.isLoss = false
  }

  receive(announcement: Announcement): void {
    const { simulation } = this.#world
    simulation.note(() => `  tab ${this.id} hears ${announcement.type} ${statusOf(announcement)}`)
    if (announcement.type === 'session-changed') {
      this.known = announcement.session.status
      this.isLoss = announcement.session.status === 'login-required'
    }
    if (announcement.type === 'login-required') this.#loginRequired()
  }

  /** The reply to a nudge makes up for messages that were missed. */
  catchUp({ status, reason }: { status: SessionInfo['status']; reason?: LoginRequiredReason }): void {
    if (this.known === status) return
    this.known = status
    if (reason !== undefined) this.#loginRequired()
    this.isLoss = status === 'login-required'
  }

  /** An echo, which a worker's death can cause, is dropped. */
  #loginRequired(): void {
    if (this.isLoss) return
    this.isLoss = true
    const { invariants, hadStoreFault, hadTwoVersions } = this.#world
    // What was lost in memory alone is in no store to be counted.
    if (++this.#fired > invariants.losses && !hadStoreFault && !hadTwoVersions)
      this.#world.invariants.broken(
        'one login-required per lost session',
        `tab ${this.id} fires ${this.#fired} for ${this.#world.invariants.losses} losses`,
      )
  }
}

const statusOf = (announcement: Announcement): string =>
  announcement.type === 'session-changed' ? announcement.session.status : ''
