import type { Row } from './measure.ts'

const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)

/** Rows as a table of Markdown, one section a measure. */
export function tableOf(rows: readonly Row[]): string {
  const lines = [
    '| measure | whose | result | goal | n | p50 | p95 | spread |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ]
  let last = ''
  for (const { measure, name, value, goal = '', isReached, samples, unit = '' } of rows) {
    const sign = isReached === undefined ? '' : isReached ? ' ✓' : ' ✗'
    const cells = samples
      ? [
          String(samples.n),
          `${number(samples.p50)} ${unit}`,
          `${number(samples.p95)} ${unit}`,
          samples.p50 > 0 && Number.isFinite(samples.spread) ? `${Math.round(samples.spread * 100)} %` : '',
        ]
      : ['', '', '', '']
    lines.push(`| ${[measure === last ? '' : measure, name, value + sign, goal, ...cells].join(' | ')} |`)
    last = measure
  }
  return `${lines.join('\n')}\n`
}
