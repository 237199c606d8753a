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
  megabytes: readonly number[]
  uploadRounds: number
  /** How long nothing is done, s. */
  idle: number
  requests: readonly number[]
  refreshes: number
  windows: number
}

export const FULL: Effort = {
  warmUp: 1,
  rounds: 30,
  gets: 20,
  slowRounds: 15,
  tabs: [1, 5, 20],
  megabytes: [1, 10, 100],
  uploadRounds: 3,
  idle: 60,
  requests: [1, 10_000, 100_000],
  refreshes: 10_000,
  windows: 50,
}

export const SMOKE: Effort = {
  warmUp: 0,
  rounds: 1,
  gets: 2,
  slowRounds: 1,
  tabs: [2],
  megabytes: [1],
  uploadRounds: 1,
  idle: 1,
  requests: [1, 20],
  refreshes: 3,
  windows: 2,
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
  unit?: 'ms' | 'MB' | '/s'
  /** As a number, for pictures. */
  ratio?: number
  goal?: string
  /** Undefined where there is no goal. */
  isReached?: boolean
}

export type Measure = (browser: Browser, effort: Effort) => Promise<Row[]>

export const told = (ratio: number): string => ratio.toFixed(2)

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
