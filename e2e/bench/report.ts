import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { format } from 'prettier'
import { root } from '../../demo-server/install-dependencies.mjs'
import { svgOf, THEMES, type Chart } from './chart.ts'
import { DPOP, OAUTH, OURS } from './contestants.ts'
import type { Row } from './measure.ts'
import { tableOf } from './table.ts'

const FOLDER = `${root}docs/bench`
const OWN = [OURS, OAUTH, DPOP].map(({ name }) => name)

const PICTURES: readonly { file: string; measure: string; title: string }[] = [
  { file: 'protected-get', measure: 'protected GET, warm', title: 'A protected GET' },
  { file: 'burst', measure: '200 protected GETs at once', title: '200 protected GETs at once' },
  {
    file: 'cold-worker',
    measure: 'first protected GET after the worker was stopped',
    title: 'The first protected GET after the worker was stopped',
  },
]

/** Writes the table, and the pictures of what was measured. */
export async function writeReport(rows: readonly Row[], browser: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  for (const { file, measure, title } of PICTURES) {
    const bars = rows
      .filter((row) => row.measure === measure)
      .flatMap(({ name, ratio }) =>
        ratio === undefined ? [] : [{ name, value: ratio, isOurs: OWN.includes(name) }],
      )
    if (bars.length === 0) continue
    const chart: Chart = {
      title,
      note: 'median time, as a multiple of a worker that only passes requests on',
      bars,
    }
    for (const [theme, colours] of Object.entries(THEMES))
      writeFileSync(`${FOLDER}/${file}-${theme}.svg`, svgOf(chart, colours))
  }
  const about =
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${browser}, Node ${process.versions.node}, ` +
    `${cpus().length} cores. Ratios compare medians with those of the pass-through worker, measured in turns; spread is ` +
    'the distance of the quartiles as a part of the median. See [performance.md](../performance.md).'
  const text = `# Benchmark\n\n${about}\n\n${tableOf(rows)}`
  writeFileSync(`${FOLDER}/README.md`, await format(text, { parser: 'markdown', printWidth: 110 }))
}
