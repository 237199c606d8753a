/** `Retry-After` in either form (RFC 9110 §10.2.3), as ms from `now`; 0 where there is none. */
export function retryAfter(response: Response, now: number): number {
  const value = response.headers.get('Retry-After')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? 0 : Math.max(0, date - (dateOf(response) ?? now))
}

/** The answer's own time, ms since the epoch: a date is measured by the clock that wrote it. */
export function dateOf(response: Response): number | undefined {
  const date = Date.parse(response.headers.get('Date') ?? '')
  return Number.isNaN(date) ? undefined : date
}
