/** A bar of a picture. */
export interface Bar {
  name: string
  value: number
  isOurs: boolean
}

export interface Chart {
  title: string
  /** What the values are. */
  note: string
  /** Behind the point. */
  digits: number
  bars: readonly Bar[]
}

interface Colours {
  text: string
  faint: string
  ours: string
  others: string
}

export const THEMES: Readonly<Record<'light' | 'dark', Colours>> = {
  light: { text: '#1f2328', faint: '#59636e', ours: '#0969da', others: '#afb8c1' },
  dark: { text: '#f0f6fc', faint: '#9198a1', ours: '#4493f8', others: '#656c76' },
}

const [WIDTH, LEFT, RIGHT, ROW] = [720, 190, 60, 26]

/** Horizontal bars, without a background, for a page that is light or dark. */
export function svgOf({ title, note, digits, bars }: Chart, { text, faint, ours, others }: Colours): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const height = 64 + bars.length * ROW
  const rows = bars.map(({ name, value, isOurs }, index) => {
    const y = 56 + index * ROW
    const width = Math.max(1, (value / most) * (WIDTH - LEFT - RIGHT))
    return [
      `<text x="${LEFT - 10}" y="${y + 14}" text-anchor="end" fill="${text}"${isOurs ? ' font-weight="600"' : ''}>${escaped(name)}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="18" rx="3" fill="${isOurs ? ours : others}"/>`,
      `<text x="${(LEFT + width + 8).toFixed(1)}" y="${y + 14}" fill="${text}">${value.toFixed(digits)}</text>`,
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<text x="0" y="18" font-size="16" font-weight="600" fill="${text}">${escaped(title)}</text>`,
    `<text x="0" y="38" fill="${faint}">${escaped(note)}</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n')
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
