import { expect, test } from 'vitest'
import { simulate, type Fleet } from './fleet.ts'
import { broker, brokerOfBusyPages, fixedTimers } from './fleet-strategies.ts'

const FLEET: Fleet = {
  sessions: 3000,
  lifetime: 300,
  downFrom: 600,
  downUntil: 1200,
  retryAfter: 'none',
  seed: 1,
}

test('a fleet with fixed timers and immediate retry comes back within one second, and again a token life later', () => {
  const rates = simulate(FLEET, fixedTimers)
  expect(rates.during).toBe(FLEET.sessions)
  expect(rates.after).toBe(FLEET.sessions)
  expect(rates.echo).toBe(FLEET.sessions)
})

test('a fleet of brokers spreads itself after an outage', () => {
  const rates = simulate(FLEET, broker)
  expect(rates.before).toBeLessThan(FLEET.sessions / 50)
  expect(rates.after).toBeLessThan(FLEET.sessions / 20)
  expect(rates.echo).toBeLessThan(FLEET.sessions / 20)
  expect(rates.meanWait).toBeLessThan(60)
})

test('pages that somebody uses are not kept waiting for that', () => {
  const [used, idle] = [simulate(FLEET, brokerOfBusyPages), simulate(FLEET, broker)]
  expect(used.meanWait).toBeLessThan(idle.meanWait * 0.7)
  expect(used.after).toBeLessThan(FLEET.sessions / 10)
})

test('Retry-After keeps a fleet of brokers away for as long as it says', () => {
  const { during } = simulate(FLEET, broker)
  expect(simulate({ ...FLEET, retryAfter: 120 }, broker).during).toBeLessThan(during)
})

test('a seed repeats a fleet', () => {
  expect(simulate(FLEET, broker)).toEqual(simulate(FLEET, broker))
})
