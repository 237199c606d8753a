import { expect, test } from 'vitest'
import { FAILURE } from '../testing/fixtures.ts'
import { networkError, problemResponse } from './problem-response.ts'

test('while a refresh fails for now, the page gets a 503 problem that says when to come back, never a 401', async () => {
  const response = problemResponse(FAILURE, 30)
  expect(response.status).toBe(503)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(response.headers.get('Retry-After')).toBe('30')
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  expect(await response.json()).toMatchObject({
    status: 503,
    code: 'refresh-unavailable',
    detail: FAILURE.message,
  })
})

test('while the token endpoint cannot be reached, fetch rejects as it would without a broker', () => {
  const error = networkError({ ...FAILURE, kind: 'network', message: 'It is offline.' })
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toContain('It is offline.')
})
