/** How a server writes the time at which a token expires. */
export type ExpiresAtFormat = 'epoch-s' | 'epoch-ms' | 'date'

/** A date that says how far it is from UTC. */
const HAS_ZONE = /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)\)?$/i

/**
 * What a server may mean by `value`, ms since the epoch: nothing where it is no time. A date without a zone is one of
 * two, as servers write both their own time, which is mostly the user's, and UTC.
 */
export const expiryTimes =
  (format: ExpiresAtFormat) =>
  (value: string | number): number[] => {
    if (format !== 'date') return [Number(value) * (format === 'epoch-s' ? 1000 : 1)].filter(Number.isFinite)
    if (typeof value === 'number') return []
    // Not every engine reads a space there.
    const text = value.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
    const local = new Date(text)
    if (Number.isNaN(local.getTime())) return []
    return HAS_ZONE.test(text) ? [local.getTime()] : [local.getTime(), sameTimeInUtc(local)]
  }

const sameTimeInUtc = (local: Date): number => local.getTime() - local.getTimezoneOffset() * 60_000
