import type { Browser } from 'puppeteer-core'
import type { Summary } from './stats.ts'

/** How much of everything is done; a smoke run looks only whether it still works. */
export interface Effort {
  /** Rounds that do not count, for caches and compilers. */
  warmUp: number
  rounds: number
  /** Of one sample. */
  gets: number
  /** Rounds of what takes long: starts of workers, loads of pages. */
  slowRounds: number
  tabs: readonly number[]
  tabRounds: number
  megabytes: readonly number[]
  /** Rounds of uploads, by their size. */
  uploadRounds: (megabytes: number) => number
  /** How long nothing is done, s. */
  idle: number
  requests: readonly number[]
  refreshes: number
  windows: number
  /** Requests in a trace. */
  profiled: number
  sessions: number
}

export const FULL: Effort = {
  warmUp: 1,
  rounds: 100,
  gets: 10,
  slowRounds: 30,
  tabs: [1, 5, 20],
  tabRounds: 3,
  megabytes: [1, 10, 100],
  uploadRounds: (megabytes) => (megabytes < 100 ? 15 : 5),
  idle: 60,
  requests: [1, 10_000, 100_000],
  refreshes: 10_000,
  windows: 50,
  profiled: 60,
  sessions: 1_000_000,
}

export const SMOKE: Effort = {
  warmUp: 0,
  rounds: 1,
  gets: 2,
  slowRounds: 1,
  tabs: [2],
  tabRounds: 1,
  megabytes: [1],
  uploadRounds: () => 1,
  idle: 1,
  requests: [1, 20],
  refreshes: 3,
  windows: 2,
  profiled: 1,
  sessions: 2000,
}

/** One line of the result. */
export interface Row {
  /** What is measured; rows of one measure follow each other. */
  measure: string
  /** Whose. */
  name: string
  /** What is told: `1.02`, `5 of 5`. */
  value: string
  /** Of the samples behind it, in `unit`. */
  samples?: Summary
  unit?: 'ms' | 'µs' | 'MB'
  /** As a number, for pictures. */
  ratio?: number
  goal?: string
  /** Undefined where there is no goal. */
  isReached?: boolean
  /** There is no result, only what went wrong. */
  isFailed?: boolean
}

/** Told of rows as they come, for the case that the rest does not. */
export type Found = (rows: readonly Row[]) => void
export type Measure = (browser: Browser, effort: Effort, found: Found) => Promise<Row[]>

export const told = (ratio: number): string => ratio.toFixed(2)

export const failed = (measure: string, name: string, cause: unknown): Row => ({
  measure,
  name,
  value: `failed: ${cause instanceof Error ? cause.message : String(cause)}`.replaceAll(/\s+/g, ' '),
  isFailed: true,
})

/** The rows of each item; one that fails costs only its own. */
export async function rowsOfEach<Item>(
  items: readonly Item[],
  named: (item: Item) => Pick<Row, 'measure' | 'name'>,
  measure: (item: Item) => Promise<readonly Row[]>,
  found?: Found,
): Promise<Row[]> {
  const all: Row[] = []
  for (const item of items) {
    let rows: readonly Row[]
    try {
      rows = await measure(item)
    } catch (cause) {
      const { measure: what, name } = named(item)
      rows = [failed(what, name, cause)]
    }
    all.push(...rows)
    found?.(rows)
  }
  return all
}

/** A row that compares two medians. */
export function ratioRow(
  row: Pick<Row, 'measure' | 'name'>,
  samples: Summary,
  base: Summary,
  goal?: number,
): Row {
  const ratio = samples.p50 / base.p50
  return {
    ...row,
    value: told(ratio),
    samples,
    unit: 'ms',
    ratio,
    ...(goal !== undefined && { goal: `≤ ${told(goal)}`, isReached: ratio <= goal }),
  }
}

/**
 * A row for each contestant, against one of them.
 * @param goalOf undefined for whom there is no goal
 */
export function ratioRows(
  measure: string,
  all: ReadonlyMap<string, Summary>,
  against: string,
  goalOf: (name: string) => number | undefined,
): Row[] {
  const base = all.get(against)
  if (!base) throw new Error(`${measure}: nothing of ${against} to compare with`)
  return [...all].map(([name, samples]) => ratioRow({ measure, name }, samples, base, goalOf(name)))
}
