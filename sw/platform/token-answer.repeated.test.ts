import { describe, expect, test } from 'vitest'
import { RFC_FIELDS } from '../core/token-response.ts'
import { membersOf, NOW, SESSION_ID, testClock, tokenSet } from '../testing/fixtures.ts'
import { readTokenAnswer, rememberedResponse, type AnswerFormat } from './token-answer.ts'

const FORMAT: AnswerFormat = { fields: RFC_FIELDS, expiresInUnit: 's' }
const BASIS = { sessionId: SESSION_ID, generation: 1 }

describe("the server's last answer, for a page that asks for a refresh which has already happened", () => {
  const body = '{"access_token":"access-token-1","expires_in":300,"user":{"id":12345678901234567890}}'
  const tokens = tokenSet({ answer: { status: 201, body } })
  const remembered = (now: number, format: Partial<AnswerFormat> = {}): Response =>
    rememberedResponse(tokens, BASIS, { ...FORMAT, ...format }, now)
  const members = async (response: Response): Promise<Record<string, unknown>> =>
    membersOf(await response.json())

  test('has its status, its body with placeholders, and is not cached', async () => {
    const response = remembered(NOW)
    expect(response.status).toBe(201)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(await response.text()).toBe(
      body.replace('access-token-1', `held-by-sw-token-broker-${SESSION_ID}a1`),
    )
  })

  test.each([
    { after: 0, left: 300 },
    { after: 999, left: 300 },
    { after: 60_000, left: 240 },
    { after: 60_500, left: 239 },
    { after: 400_000, left: 0 },
    { after: -86_400_000, left: 300 },
  ])('says after $after ms that $left s are left', async ({ after, left }) => {
    expect((await members(remembered(NOW + after))).expires_in).toBe(left)
  })

  test('says it in ms where the server does', async () => {
    const format: Partial<AnswerFormat> = { expiresInUnit: 'ms' }
    expect((await members(remembered(NOW + 60_500, format))).expires_in).toBe(239_500)
  })

  test('has no lifetime added where the server gave none', async () => {
    const bare = tokenSet({ answer: { status: 200, body: '{"access_token":"access-token-1"}' } })
    const response = rememberedResponse(bare, BASIS, FORMAT, NOW + 60_000)
    expect(Object.keys(await members(response))).toEqual(['access_token'])
  })

  test('brings a token where the server does: as the whole body, or in a header', async () => {
    const fields = { ...RFC_FIELDS, accessToken: '$body', refreshToken: { header: 'X-Refresh-Token' } }
    const { tokens: read1 } = await readTokenAnswer(
      new Response('access-token-1', {
        headers: { 'X-Refresh-Token': 'refresh-token-1', 'X-Request-Id': '7' },
      }),
      { ...FORMAT, fields },
      testClock(),
    )
    const response = rememberedResponse(read1 ?? tokenSet(), BASIS, { ...FORMAT, fields }, NOW + 60_000)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'text/plain;charset=UTF-8',
      'x-refresh-token': `held-by-sw-token-broker-${SESSION_ID}r1`,
    })
    expect(await response.text()).toBe(`held-by-sw-token-broker-${SESSION_ID}a1`)
  })

  test('never has a token in it', async () => {
    for (const after of [0, 60_000])
      expect(await remembered(NOW + after).text()).not.toContain('access-token-1')
  })

  test('is an empty object where none is remembered', async () => {
    const response = rememberedResponse(tokenSet(), BASIS, FORMAT, NOW)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({})
  })
})
