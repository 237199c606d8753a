import { expect, test } from 'vitest'
import type { TimelineEntry } from '../../sw/protocol/inspection.ts'
import { rowsOf } from './rows.ts'

const send = (what: string, status: number): TimelineEntry => ({ at: 1, type: 'send', what, status, took: 5 })
const kinds = (timeline: TimelineEntry[]): string[] => rowsOf('w', timeline).map(({ kind }) => kind)

test('what is sent again after a 401 is a replay, and what is sent after that is not', () => {
  expect(kinds([send('GET /a', 401), send('GET /b', 200), send('GET /a', 200), send('GET /a', 200)])).toEqual(
    ['↳ sent', '↳ sent', '↳ replayed', '↳ sent'],
  )
})

test('a request without an answer so far is under way, and one that failed had none', () => {
  const [waiting, failed] = rowsOf('w', [
    { at: 1, type: 'request', what: 'GET /a', page: 'p' },
    { at: 1, type: 'request', what: 'GET /a', status: 0, took: 7 },
  ])
  expect(waiting).toMatchObject({ result: 'under way, or held', tone: '', where: 'w · page p' })
  expect(failed).toMatchObject({ result: 'no answer · 7 ms', tone: 'bad' })
})

test('an error shows its code', () => {
  const [row] = rowsOf('w', [{ at: 1, type: 'refresh-failed', generation: 2, code: 'refresh-unavailable' }])
  expect(row).toMatchObject({ what: 'generation 2', result: 'refresh-unavailable', tone: 'warn' })
})
