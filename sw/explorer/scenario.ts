import fc from 'fast-check'

/** What a token request meets on its way. `slow-…` takes longer than a token request may. */
export type TokenFault =
  '503' | '429' | 'html' | 'cut-before' | 'cut-after' | 'slow' | 'slow-before' | 'slow-after' | 'unanswered'

/** What a transaction meets. `late`: it is committed, but the worker learns of it too late. */
export type StoreFault = 'slow' | 'stalled' | 'never' | 'broken' | 'quota' | 'late'

export type ApiFault = 'slow' | 'cut'

export type Command = { after: number } & (
  | { type: 'get' | 'get-other' | 'post' | 'logout' | 'logout-request' | 'page-refresh'; tab: number }
  | { type: 'nudge'; tab: number; online: boolean }
  | { type: 'login'; tab: number; user: string }
  | { type: 'update' | 'expire' | 'clear-data' }
  | { type: 'kill'; oldest: boolean }
  | { type: 'wait' | 'sleep' | 'clock'; ms: number }
  | { type: 'token-fault'; fault: TokenFault; times: number }
  | { type: 'store-fault'; fault: StoreFault; times: number }
  | { type: 'api-fault'; fault: ApiFault; times: number }
  | { type: 'revoke'; user: string }
)

export interface Scenario {
  hold: boolean
  /** ms; 0 for a server that forgives nothing. */
  reuseWindow: number
  tellsSubject: boolean
  /** Age of the session that is in the store at the beginning, s; undefined for none. */
  age: number | undefined
  commands: readonly Command[]
  /** Which of the ready tasks comes next, step by step; the oldest where it says nothing. */
  choices: readonly number[]
}

const MOST_CHOICES = 160

/**
 * Many small numbers, cheaper than an `fc.array` of them: one schedule needs a hundred and more. They shrink to fewer
 * and to zeros.
 */
class ChoicesArbitrary extends fc.Arbitrary<readonly number[]> {
  override generate(random: fc.Random): fc.Value<readonly number[]> {
    const choices = Array.from({ length: MOST_CHOICES }, () => random.nextInt(0, 11))
    return new fc.Value(choices, undefined)
  }
  override canShrinkWithoutContext(value: unknown): value is readonly number[] {
    return Array.isArray(value)
  }
  override shrink(choices: readonly number[]): fc.Stream<fc.Value<readonly number[]>> {
    return fc.stream(shorterOrCalmer(choices)).map((smaller) => new fc.Value(smaller, undefined))
  }
}

function* shorterOrCalmer(choices: readonly number[]): IterableIterator<readonly number[]> {
  const { length } = choices
  for (const part of [0, 4, 2, 1.33]) {
    const kept = part === 0 ? 0 : Math.floor(length / part)
    if (kept < length) yield choices.slice(0, kept)
  }
  if (length > 0) yield choices.slice(0, -1)
  for (let size = length >> 1; size >= 1; size >>= 1)
    for (let start = 0; start < length; start += size) {
      const calmer = choices.map((choice, index) => (index >= start && index < start + size ? 0 : choice))
      if (calmer.some((choice, index) => choice !== choices[index])) yield calmer
    }
}

const tab = fc.nat(1)
const user = fc.constantFrom('alice', 'bob')
const times = fc.integer({ min: 1, max: 3 })
const type = fc.constant
const SECOND = 1000
const DAY = 86_400 * SECOND

const work = [
  { weight: 9, arbitrary: fc.record({ type: type('get'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('get-other'), tab }) },
  { weight: 4, arbitrary: fc.record({ type: type('post'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('nudge'), tab, online: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: type('page-refresh'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('expire') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: type('wait'),
      ms: fc.constantFrom(...[0.2, 1, 4, 11, 16, 31, 130, 245, 301].map((s) => s * SECOND)),
    }),
  },
]
const refreshes = [
  { weight: 4, arbitrary: fc.record({ type: type('get'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('get-other'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('page-refresh'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('expire') }) },
  { weight: 2, arbitrary: fc.record({ type: type('wait'), ms: fc.constantFrom(200, 31_000) }) },
]
const users = [
  { weight: 3, arbitrary: fc.record({ type: type('login'), tab, user }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('logout', 'logout-request'), tab }) },
  { weight: 1, arbitrary: fc.record({ type: type('revoke'), user }) },
]
const deaths = [
  { weight: 4, arbitrary: fc.record({ type: type('kill'), oldest: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: type('update') }) },
]
const network = [
  {
    weight: 3,
    arbitrary: fc.record({
      type: type('token-fault'),
      fault: fc.constantFrom<TokenFault>(
        '503',
        '429',
        'html',
        'cut-before',
        'cut-after',
        'slow',
        'slow-before',
        'slow-after',
        'unanswered',
      ),
      times,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: type('api-fault'),
      fault: fc.constantFrom<ApiFault>('slow', 'cut'),
      times,
    }),
  },
]
const store = [
  {
    weight: 4,
    arbitrary: fc.record({
      type: type('store-fault'),
      fault: fc.constantFrom<StoreFault>('slow', 'stalled', 'never', 'broken', 'quota', 'late'),
      times,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: type('clear-data') }) },
]
const clocks = [
  { weight: 1, arbitrary: fc.record({ type: type('sleep'), ms: type(DAY / 3) }) },
  { weight: 1, arbitrary: fc.record({ type: type('clock'), ms: fc.constantFrom(DAY, -DAY) }) },
]

const changes = [
  { weight: 3, arbitrary: fc.record({ type: type('get'), tab }) },
  { weight: 1, arbitrary: fc.record({ type: type('get-other'), tab }) },
  { weight: 1, arbitrary: fc.record({ type: type('logout'), tab }) },
  { weight: 2, arbitrary: fc.record({ type: type('update') }) },
]

type Kind = fc.WeightedArbitrary<DistributiveOmit<Command, 'after'>>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const MOST_COMMANDS = 14

const commandsOf = (...kinds: readonly (readonly Kind[])[]): fc.Arbitrary<readonly Command[]> =>
  fc.array(
    fc
      .tuple(fc.oneof(...kinds.flat()), fc.nat(14))
      .map(([command, after]): Command => ({ ...command, after })),
    { minLength: 1, maxLength: MOST_COMMANDS, size: 'max' },
  )

const scenariosWith = (
  commands: fc.Arbitrary<readonly Command[]>,
  fixed: { [K in 'hold' | 'reuseWindow' | 'age']?: fc.Arbitrary<Scenario[K]> } = {},
): fc.Arbitrary<Scenario> =>
  fc.record({
    hold: fc.boolean(),
    reuseWindow: fc.constantFrom(0, 30 * SECOND),
    tellsSubject: fc.boolean(),
    age: fc.constantFrom(undefined, 0, 250, 270, 299, 301),
    commands,
    choices: new ChoicesArbitrary(),
    ...fixed,
  })

/** Not everything at once: a schedule with few kinds of trouble goes deeper into each. */
export const scenarios: fc.Arbitrary<Scenario> = scenariosWith(
  fc.oneof(
    commandsOf(refreshes, deaths),
    commandsOf(changes),
    commandsOf(work, deaths),
    commandsOf(work, users),
    commandsOf(work, users, deaths),
    commandsOf(work, deaths, network),
    commandsOf(work, users, network),
    commandsOf(work, users, deaths, network, clocks),
    commandsOf(work, users, store),
    commandsOf(work, users, deaths, network, clocks, store),
  ),
)

/** Where a rare violation is looked for, so that a test need not wait for it. */
export const FOCI = {
  deaths: scenariosWith(commandsOf(refreshes, deaths), {
    reuseWindow: type(30 * SECOND),
    age: fc.constantFrom(0, 200),
  }),
  versions: scenariosWith(commandsOf(changes), { age: fc.constantFrom(0, 270, 301) }),
  holding: scenariosWith(commandsOf(work, users), { hold: type(true), age: fc.constantFrom(0, 301) }),
} as const
