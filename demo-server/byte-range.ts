/** Positions of the first and the last byte. */
export interface ByteRange {
  first: number
  last: number
}

/**
 * What a `Range` header asks of `length` bytes. A header that is malformed or wants several ranges is ignored, as the
 * standard allows, and the answer is the whole.
 * @see RFC 9110 §14.1.2, §14.2
 */
export function parseRange(
  header: string | undefined,
  length: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    return to === '0' ? 'unsatisfiable' : { first: Math.max(length - Number(to), 0), last: length - 1 }
  }
  if (to !== '' && Number(to) < Number(from)) return 'whole'
  if (Number(from) >= length) return 'unsatisfiable'
  return { first: Number(from), last: to === '' ? length - 1 : Math.min(Number(to), length - 1) }
}
