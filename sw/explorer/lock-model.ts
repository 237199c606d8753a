import type { RefreshLock } from '../platform/ports.ts'
import type { Owner, Simulation } from './simulation.ts'

interface Claim {
  owner: Owner
  start: () => void
}

/** The origin's Web Lock. Who dies gives it up, and its place in the queue. */
export class LockModel {
  readonly #simulation: Simulation
  #holder: Claim | undefined
  #queue: Claim[] = []

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  port(owner: Owner): RefreshLock {
    return {
      run: (limit, critical) =>
        new Promise((resolve, reject) => {
          const claim: Claim = {
            owner,
            start: () => {
              critical()
                .then(resolve, reject)
                .finally(() => this.#free(claim))
            },
          }
          const callOff = this.#simulation.timer(
            limit,
            'lock: waited too long',
            () => {
              const index = this.#queue.indexOf(claim)
              if (index < 0) return
              this.#queue.splice(index, 1)
              resolve(undefined)
            },
            owner,
          )
          const { start } = claim
          claim.start = () => {
            callOff()
            start()
          }
          this.#queue.push(claim)
          this.#grant()
        }),
    }
  }

  died(owner: Owner): void {
    this.#queue = this.#queue.filter((claim) => claim.owner !== owner)
    if (this.#holder?.owner === owner) this.#free(this.#holder)
  }

  get isHeld(): boolean {
    return this.#holder !== undefined
  }

  #free(claim: Claim): void {
    if (this.#holder !== claim) return
    this.#holder = undefined
    this.#grant()
  }

  #grant(): void {
    if (this.#holder) return
    const next = this.#queue.shift()
    if (!next) return
    this.#holder = next
    void this.#simulation.step('lock: granted', next.owner).then(next.start)
  }
}
