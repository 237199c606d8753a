/** What is told of a list of samples. */
export interface Summary {
  n: number
  p50: number
  p95: number
  /** Between the quartiles, as part of the median. */
  spread: number
}

export function summary(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((one, other) => one - other)
  const p50 = quantile(sorted, 0.5)
  return {
    n: sorted.length,
    p50,
    p95: quantile(sorted, 0.95),
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / p50,
  }
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return low + (high - low) * (at - Math.floor(at))
}

export function shuffled<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ value }) => value)
}
