import { createHash } from 'node:crypto'

/** What the first line of a file says that `init` has copied. */
export interface Marker {
  version: string
  /** Which of the package's files it is. */
  name: string
}

/** @returns undefined for a file that is none of ours, `changed` for one that somebody has edited since */
export function readMarker(content: string): Marker | 'changed' | undefined {
  const { version, name, hash, code } =
    /^\/\*! sw-token-broker (?<version>\S+) (?<name>\S+) sha256-(?<hash>\S+) \*\/\n(?<code>.*)$/s.exec(
      unixLines(content),
    )?.groups ?? {}
  if (version === undefined || name === undefined || code === undefined) return undefined
  return createHash('sha256').update(code).digest('hex') === hash ? { version, name } : 'changed'
}

/** Git may have checked the file out with the line ends of Windows. */
export const unixLines = (content: string): string => content.replaceAll('\r\n', '\n')
