import { FAILING, simulate, type Fleet, type Rates } from './fleet.ts'
import type { Row } from './measure.ts'
import { broker, brokerCutOff, brokerOfBusyPages, fixedTimers, type Strategy } from './fleet-strategies.ts'

const MINUTE = 60
const FLEET: Fleet = {
  sessions: 1_000_000,
  lifetime: 5 * MINUTE,
  downFrom: 10 * MINUTE,
  downUntil: 20 * MINUTE,
  retryAfter: 'none',
  seed: 1,
}
/** Issue 9: peak after the recovery, against fixed timers and immediate retry. */
const GOAL = 1 / 20

const ROWS: readonly { name: string; strategy: Strategy; fleet: Fleet }[] = [
  { name: 'fixed timers, immediate retry', strategy: fixedTimers, fleet: FLEET },
  { name: 'sw-token-broker', strategy: broker, fleet: FLEET },
  { name: '… told Retry-After: 120', strategy: broker, fleet: { ...FLEET, retryAfter: 120 } },
  { name: '… told the date of the end', strategy: broker, fleet: { ...FLEET, retryAfter: 'date' } },
  { name: '… all pages call all the time', strategy: brokerOfBusyPages, fleet: FLEET },
  { name: '… cut off instead of told 503', strategy: brokerCutOff, fleet: FLEET },
]

/** Prints the peaks of the fleet, and what part of the first row's they are. */
export function measureFleet(sessions: number): Row[] {
  const { lifetime, downFrom, downUntil } = FLEET
  console.log(
    `Fleet: ${number(sessions)} sessions with tokens of ${lifetime} s, token endpoint down for ` +
      `${downUntil - downFrom} s, a failing request takes ${FAILING / 1000} s. Peaks in token requests per second:\n`,
  )
  console.log(line('', ['before', 'outage', 'recovery', 'ratio', 'echo', 'ratio', 'mean wait', 'requests']))
  const ratios = new Map<string, number>()
  let base: Rates | undefined
  for (const { name, strategy, fleet } of ROWS) {
    const rates = simulate({ ...fleet, sessions }, strategy)
    base ??= rates
    ratios.set(name, rates.after / base.after)
    console.log(line(name, cells(rates, base)))
  }
  console.log('\nrecovery: half a token life from the end of the outage; echo: the time after that, when its')
  console.log('tokens fall due; mean wait: from the end of the outage to a session’s next token.')
  return [...ratios].slice(1).map(([name, ratio]) => ({
    measure: `fleet of ${number(sessions)} sessions: peak after an outage of 10 minutes, against fixed timers`,
    name,
    value: part(ratio),
    goal: `≤ ${part(GOAL)}`,
    isReached: ratio <= GOAL,
  }))
}

const cells = (rates: Rates, base: Rates): string[] => [
  number(rates.before),
  number(rates.during),
  number(rates.after),
  part(rates.after / base.after),
  number(rates.echo),
  part(rates.echo / base.echo),
  `${rates.meanWait.toFixed(1)} s`,
  number(rates.requests),
]

const number = (value: number): string => value.toLocaleString('en')
const part = (ratio: number): string => `1/${(1 / ratio).toFixed(1)}`
const line = (name: string, columns: readonly string[]): string =>
  name.padEnd(31) + columns.map((column) => column.padStart(12)).join('')
