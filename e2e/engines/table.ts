import type { EngineName } from './engine.ts'
import type { Result } from './run-scenarios.ts'

/** Scenario × engine, and below it the reasons, numbered. */
export function tableOf(results: readonly Result[], engines: readonly EngineName[]): string {
  const titles = [...new Set(results.map(({ scenario }) => scenario))]
  const reasons: string[] = []
  const cell = (title: string, engine: EngineName): string => {
    const result = results.find((each) => each.scenario === title && each.engine === engine)
    if (result?.outcome !== 'cannot') return result?.outcome ?? 'skipped'
    if (!reasons.includes(result.why)) reasons.push(result.why)
    return `cannot: ${reasons.indexOf(result.why) + 1}`
  }
  const rows = [
    ['Scenario', ...engines],
    ...titles.map((title) => [title, ...engines.map((engine) => cell(title, engine))]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '))
  return [...lines, '', ...reasons.map((reason, index) => `cannot ${index + 1}: ${reason}`)].join('\n')
}
