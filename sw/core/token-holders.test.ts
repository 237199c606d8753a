import { expect, test } from 'vitest'
import { OTHER_SESSION_ID, SESSION_ID } from '../testing/fixtures.ts'
import { tokenHolders } from './token-holders.ts'

const basis = { sessionId: SESSION_ID, generation: 2 }

test('a restored tab gets the tokens that another one has just been given', () => {
  const holders = tokenHolders()
  holders.note(basis, 'first')
  expect(holders.areOthers(basis, 'second')).toBe(true)
})

test('a page that asks again wants newer tokens', () => {
  const holders = tokenHolders()
  holders.note(basis, 'first')
  holders.note(basis, 'second')
  expect(holders.areOthers(basis, 'first')).toBe(false)
  expect(holders.areOthers(basis, 'second')).toBe(false)
})

test.each([
  ['before anybody was given these tokens', undefined],
  ['of an older generation', { sessionId: SESSION_ID, generation: 1 }],
  ['of another session', { sessionId: OTHER_SESSION_ID, generation: 2 }],
])('nothing is known %s', (_, given) => {
  const holders = tokenHolders()
  if (given) holders.note(given, 'first')
  expect(holders.areOthers(basis, 'second')).toBe(false)
})

test('who held the tokens before them does not count', () => {
  const holders = tokenHolders()
  holders.note({ ...basis, generation: 1 }, 'second')
  holders.note(basis, 'first')
  expect(holders.areOthers(basis, 'second')).toBe(true)
})
