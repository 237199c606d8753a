import { mkdirSync, writeFileSync } from 'node:fs'
import { svgOf, THEMES, type Chart } from './chart.ts'
import { DPOP, OAUTH, OURS } from './contestants.ts'
import type { Row } from './measure.ts'
import { writeFormatted, type Results } from './results.ts'
import { tableOf } from './table.ts'

const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)
interface Picture extends Omit<Chart, 'bars'> {
  file: string
  measure: string
}

const times = (file: string, measure: string, title: string): Picture => ({
  file,
  measure,
  title,
  note: 'median time, as a multiple of a worker that only passes requests on',
  digits: 2,
})
const answered = (file: string, measure: string, title: string): Picture => ({
  file,
  measure,
  title,
  note: 'how many of them were answered 200',
  digits: 0,
})

const PICTURES: readonly Picture[] = [
  times('protected-get', 'protected GET, warm', 'A protected GET'),
  times('burst', '200 protected GETs at once', '200 protected GETs at once'),
  times(
    'cold-worker',
    'first protected GET after the worker was stopped',
    'The first protected GET after the worker was stopped',
  ),
  answered(
    'revocation',
    '50 calls after a revocation: answered 200',
    '50 calls of one tab after the server has revoked the access token',
  ),
  answered(
    'tabs',
    '20 tabs × 20 calls, token refused: answered 200, at least',
    '400 calls of 20 tabs after the server has revoked the access token',
  ),
]

/** Writes the table, and the pictures of what was measured. */
export async function writeReport(folder: string, { machine, measured }: Results): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const results = Object.entries(measured)
  const rows = results.flatMap(([, result]) => result.rows)
  for (const picture of PICTURES) {
    const bars = barsOf(rows, picture.measure)
    for (const [theme, colours] of Object.entries(bars.length > 0 ? THEMES : {}))
      writeFileSync(`${folder}/${picture.file}-${theme}.svg`, svgOf({ ...picture, bars }, colours))
  }
  const about = [
    `Written by \`npm run bench\`: ${machine}. Ratios compare medians with those of the pass-through worker, measured in`,
    'turns; spread is the distance of the quartiles as a part of the median. Behind each title: when it was measured, and',
    'the load average of the machine before that (0 is a quiet one). See [performance.md](../performance.md).',
  ].join(' ')
  const sections = results.map(
    ([name, result]) =>
      `## ${name}\n\n${result.on}, ${result.took} s, load ${result.load.toFixed(1)}\n\n${tableOf(result.rows)}`,
  )
  await writeFormatted(`${folder}/README.md`, ['# Benchmark', about, ...sections].join('\n\n'), 'markdown')
}

const barsOf = (rows: readonly Row[], measure: string): Chart['bars'] =>
  rows
    .filter((row) => row.measure === measure)
    .flatMap(({ name, ratio }) =>
      ratio === undefined ? [] : [{ name, value: ratio, isOurs: OWN.includes(name) }],
    )
