// Trouble on demand: a fault lies in wait at one kind of endpoint until a request runs into it.
import type { FlavourName } from './flavours.ts'

export const FAULT_TARGETS = ['refresh', 'api', 'login', 'logout'] as const
export type FaultTarget = (typeof FAULT_TARGETS)[number]

/** What happens to a request, in this order. */
export interface Fault {
  /** How many requests run into it; without it, all of them. */
  times?: number
  /** Milliseconds. */
  delay?: number
  /** Waits for the release. */
  hold?: Gate
  /** The connection breaks: `before` the request is processed, or `after`, so that only the answer is lost. */
  drop?: 'before' | 'after'
  /** Answered instead of processing the request. */
  answer?: { status: number; headers: Record<string, string>; body: string }
}

/** Closed until it is opened, and then open for good. */
export interface Gate {
  opened: Promise<void>
  open(): void
}

export function createGate(): Gate {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

export class Faults {
  readonly #faults = new Map<string, Fault>()
  readonly #onBreaking: () => void

  /** @param onBreaking called when connections are going to break from now on */
  constructor(onBreaking: () => void) {
    this.#onBreaking = onBreaking
  }

  /** Whether connections are meant to break at the moment. */
  get breaksConnections(): boolean {
    return [...this.#faults.values()].some(({ drop, times }) => drop !== undefined && times !== 0)
  }

  /** Replaces the target's fault. Requests that the former one holds go on, as nobody could release them later. */
  set(flavour: FlavourName, target: FaultTarget, fault: Fault): void {
    this.clear(flavour, target)
    this.#faults.set(keyOf(flavour, target), fault)
    if (fault.drop !== undefined) this.#onBreaking()
  }

  clear(flavour: FlavourName, target: FaultTarget): void {
    const key = keyOf(flavour, target)
    this.#faults.get(key)?.hold?.open()
    this.#faults.delete(key)
  }

  clearAll(): void {
    this.release()
    this.#faults.clear()
  }

  /** Lets held requests go on; later ones are not held any more. */
  release(): void {
    for (const { hold } of this.#faults.values()) hold?.open()
  }

  /** The fault that a request runs into now. */
  take(flavour: FlavourName, target: FaultTarget): Fault | undefined {
    const fault = this.#faults.get(keyOf(flavour, target))
    if (fault?.times === undefined) return fault
    // It stays when it is used up, since a request may still wait at its gate.
    if (fault.times === 0) return undefined
    fault.times -= 1
    return fault
  }
}

const keyOf = (flavour: FlavourName, target: FaultTarget): string => `${flavour} ${target}`
