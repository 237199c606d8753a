/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export type Random = () => number

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A stream of its own for each actor, so that one's choices do not depend on how often another was asked. */
export function randomFor(seed: number, actor: string): Random {
  let hash = seed
  for (const character of actor) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return randomFrom(hash)
}

export const between = (random: Random, least: number, most: number): number =>
  least + random() * (most - least)

/** One of the keys, as often as its weight says. */
export function pick<Choice extends string>(
  random: Random,
  weights: Readonly<Record<Choice, number>>,
): Choice {
  const choices = keysOf(weights)
  let left = random() * choices.reduce((sum, choice) => sum + weights[choice], 0)
  for (const choice of choices) {
    left -= weights[choice]
    if (left < 0) return choice
  }
  throw new RangeError('There is nothing to pick from')
}

function keysOf<Key extends string>(record: Readonly<Record<Key, number>>): Key[] {
  const keys: Key[] = []
  for (const key in record) keys.push(key)
  return keys
}
