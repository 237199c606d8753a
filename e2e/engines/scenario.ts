import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineName } from './engine.ts'
import type { World } from './world.ts'

export interface Scenario {
  title: string
  /**
   * Engines in which the platform does not allow it, and why. It runs there all the same, and must fail: what an engine
   * has learned should not stay in the list of what it cannot do.
   */
  cannot: Partial<Record<EngineName, string>>
  /** @throws where it fails */
  run(world: World): Promise<void>
}

type Cannot = Scenario['cannot']

/** A group of scenarios, in the order in which they are told. */
export class Scenarios {
  readonly list: Scenario[] = []

  add(title: string, run: Scenario['run'], cannot: Cannot = {}): void {
    this.list.push({ title, run, cannot })
  }
}

export const everywhere = (why: string): Cannot => ({ Chromium: why, Firefox: why, WebKitGTK: why })

/** Looks again and again; resolves with the last look, good or not, so that an assertion can show it. */
export async function settled<Value>(
  look: () => Value | Promise<Value>,
  isGood: (value: Value) => boolean,
  limit = 5000,
): Promise<Value> {
  for (const end = Date.now() + limit; ; await sleep(20)) {
    const value = await look()
    if (isGood(value) || Date.now() > end) return value
  }
}
