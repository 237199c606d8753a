import { expect, test } from 'vitest'
import type { TimelineEntry } from '../../sw/protocol/inspection.ts'
import { rowsOf } from './rows.ts'

const request = (at: number, what: string, took?: number): TimelineEntry => ({
  at,
  type: 'request',
  what,
  page: 'p',
  ...(took !== undefined && { took, status: 200 }),
})
const send = (at: number, what: string, status: number): TimelineEntry => ({
  at,
  type: 'send',
  what,
  status,
  took: 5,
})
const kinds = (timeline: TimelineEntry[]): string[] => rowsOf('w', timeline).map(({ kind }) => kind)

test('what is sent again after a 401 is a replay, and what is sent after that is not', () => {
  expect(
    kinds([
      request(1, 'GET /a', 20),
      send(1, 'GET /a', 401),
      request(2, 'GET /b', 20),
      send(2, 'GET /b', 200),
      send(9, 'GET /a', 200),
      request(30, 'GET /a', 20),
      send(30, 'GET /a', 200),
    ]),
  ).toEqual(['request', '↳ sent', 'request', '↳ sent', '↳ replayed', 'request', '↳ sent'])
})

test('twenty at once that were refused are twenty replays', () => {
  const twenty = <Made>(make: (index: number) => Made): Made[] =>
    Array.from({ length: 20 }, (_, i) => make(i))
  const rows = kinds([
    ...twenty((index) => request(index, 'GET /a', 100)),
    ...twenty((index) => send(index, 'GET /a', 401)),
    ...twenty((index) => send(50 + index, 'GET /a', 200)),
  ])
  expect(rows.slice(20)).toEqual([...twenty(() => '↳ sent'), ...twenty(() => '↳ replayed')])
})

test('a 401 that a page has got is over: its next call is no replay', () => {
  expect(
    kinds([request(1, 'GET /a', 5), send(1, 'GET /a', 401), request(9, 'GET /a', 5), send(9, 'GET /a', 200)]),
  ).toEqual(['request', '↳ sent', 'request', '↳ sent'])
})

test('a request without an answer so far is under way, and one that failed had none', () => {
  const [waiting, failed] = rowsOf('w', [
    request(1, 'GET /a'),
    { at: 1, type: 'request', what: 'GET /a', status: 0, took: 7 },
  ])
  expect(waiting).toMatchObject({ result: 'under way', tone: '', where: 'w · page p' })
  expect(failed).toMatchObject({ result: 'no answer · 7 ms', tone: 'bad' })
})

test('a request is held until a login, and released by it', () => {
  const before: TimelineEntry[] = [request(1, 'POST /a'), send(1, 'POST /a', 401)]
  const held = { at: 10, type: 'held', what: 'POST /a', until: 'login' } as const
  expect(rowsOf('w', [...before, held])).toMatchObject([
    { kind: 'request', result: 'held' },
    { kind: '↳ sent', result: '401 · 5 ms' },
    { kind: '↳ held', result: 'until a login', tone: 'warn', where: 'w · page p', isNews: true },
  ])
  const after = [
    ...before,
    { ...held, took: 12_000 },
    { at: 12_010, type: 'released', what: 'POST /a', took: 12_000 },
    send(12_011, 'POST /a', 200),
  ]
  expect(rowsOf('w', after)).toMatchObject([
    { kind: 'request', result: 'under way' },
    { kind: '↳ sent' },
    { kind: '↳ held', result: 'for a login', tone: '' },
    { kind: '↳ released', result: 'after 12 s', tone: 'good', isNews: true },
    { kind: '↳ replayed', result: '200 · 5 ms' },
  ])
})

test('what was held in vain says so', () => {
  const [row] = rowsOf('w', [{ at: 1, type: 'given-up', what: 'GET /a', took: 300 }])
  expect(row).toMatchObject({ result: 'after 300 ms: the page gets the refusal', tone: 'warn', isNews: true })
})

test('an error shows its code', () => {
  const [row] = rowsOf('w', [{ at: 1, type: 'refresh-failed', generation: 2, code: 'refresh-unavailable' }])
  expect(row).toMatchObject({
    what: 'generation 2',
    result: 'refresh-unavailable',
    code: 'refresh-unavailable',
    tone: 'warn',
  })
})
