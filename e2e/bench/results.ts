import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { format } from 'prettier'
import type { Row } from './measure.ts'

/** What a measurement has told. */
export interface Result {
  /** A date. */
  on: string
  /** How long it took, s. */
  took: number
  /** Load average of the machine before it began, which should be about 0. */
  load: number
  rows: readonly Row[]
}

/** Of a whole run, or of several that each did a part of it; by the name of the measurement. */
export interface Results {
  machine: string
  measured: Record<string, Result>
}

export const readResults = (file: string): Results =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { machine: '', measured: {} }

export async function writeFormatted(file: string, text: string, parser: 'json' | 'markdown'): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, await format(text, { parser, printWidth: 110 }))
}
