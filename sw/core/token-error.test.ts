import { describe, expect, test } from 'vitest'
import { classifyTokenError } from './token-error.ts'

describe('what a refresh endpoint means by an answer without tokens', () => {
  test.each([
    { status: 400, error: 'invalid_grant', means: 'rejected' },
    { status: 401, error: undefined, means: 'rejected' },
    { status: 401, error: 'invalid_token', means: 'rejected' },
    { status: 403, error: undefined, means: 'rejected' },

    { status: 408, error: undefined, means: 'http' },
    { status: 425, error: undefined, means: 'http' },
    { status: 429, error: undefined, means: 'http' },
    { status: 500, error: undefined, means: 'http' },
    { status: 502, error: undefined, means: 'http' },
    { status: 503, error: 'invalid_grant', means: 'http' },
    { status: 503, error: 'invalid_client', means: 'http' },
    { status: 302, error: undefined, means: 'http' },

    { status: 400, error: undefined, means: 'misconfigured' },
    { status: 400, error: 'invalid_client', means: 'misconfigured' },
    { status: 401, error: 'invalid_client', means: 'misconfigured' },
    { status: 403, error: 'unauthorized_client', means: 'misconfigured' },
    { status: 400, error: 'invalid_scope', means: 'misconfigured' },
    { status: 400, error: 'unsupported_grant_type', means: 'misconfigured' },
    { status: 404, error: undefined, means: 'misconfigured' },
    { status: 405, error: undefined, means: 'misconfigured' },
    { status: 422, error: undefined, means: 'misconfigured' },
  ])('$status $error: $means', ({ status, error, means }) => {
    const outcome = classifyTokenError(status, error)
    expect(outcome.type === 'failed' ? outcome.failure.kind : outcome.type).toBe(means)
  })
})

describe('what the developer is told', () => {
  test('has status and error of the server', () => {
    expect(classifyTokenError(400, 'invalid_client')).toMatchObject({
      failure: { code: 'refresh-misconfigured', status: 400, error: 'invalid_client' },
    })
    expect(classifyTokenError(503)).toMatchObject({
      failure: { code: 'refresh-unavailable', status: 503 },
    })
  })

  test('names the member of a wrong type', () => {
    expect(classifyTokenError(200, undefined, 'data.access_token')).toMatchObject({
      failure: {
        kind: 'http',
        code: 'invalid-token-response',
        member: 'data.access_token',
        message: expect.stringContaining(`'data.access_token'`),
      },
    })
  })

  test('says that a success brought no token: HTML of a proxy, say', () => {
    expect(classifyTokenError(200)).toMatchObject({
      failure: { kind: 'http', code: 'invalid-token-response', status: 200 },
    })
    expect(classifyTokenError(200)).toMatchObject({
      failure: { message: expect.stringContaining('no access token') },
    })
  })
})
