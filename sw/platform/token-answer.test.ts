import { describe, expect, test } from 'vitest'
import { RFC_FIELDS } from '../core/token-response.ts'
import { jwt, membersOf, NOW, SESSION_ID, testClock, tokenSet } from '../testing/fixtures.ts'
import {
  maskedResponse,
  masksOf,
  readTokenAnswer,
  rememberedResponse,
  type AnswerFormat,
} from './token-answer.ts'

const FORMAT: AnswerFormat = { fields: RFC_FIELDS, expiresInUnit: 's' }
const BASIS = { sessionId: SESSION_ID, generation: 1 }

const read = (
  body: unknown,
  init?: ResponseInit,
  format: Partial<AnswerFormat> = {},
): ReturnType<typeof readTokenAnswer> =>
  readTokenAnswer(
    new Response(typeof body === 'string' ? body : JSON.stringify(body), init),
    { ...FORMAT, ...format },
    testClock(),
  )

describe('the answer of a login or refresh endpoint', () => {
  test('gives the tokens, their times by the local clock, and itself to be repeated', async () => {
    const body = '{"access_token":"at","refresh_token":"rt","expires_in":300,"scope":"api"}'
    expect(await read(body, { status: 201 })).toEqual({
      tokens: {
        accessToken: 'at',
        refreshToken: 'rt',
        scope: 'api',
        receivedAt: NOW,
        expiresAt: NOW + 300_000,
        refreshAt: NOW + 240_000,
        answer: { status: 201, body },
      },
    })
  })

  test('counts the lifetime from the receipt, though the server clock is five minutes off', async () => {
    const iat = NOW / 1000 - 300
    const { tokens } = await read({ access_token: jwt({ iat, exp: iat + 120 }) })
    expect(tokens?.expiresAt).toBe(NOW + 120_000)
  })

  test("measures a JWT without iat by the answer's own Date", async () => {
    const date = new Date(NOW - 86_400_000)
    const { tokens } = await read(
      { access_token: jwt({ exp: date.getTime() / 1000 + 60 }) },
      { headers: { Date: date.toUTCString() } },
    )
    expect(tokens?.expiresAt).toBe(NOW + 60_000)
  })

  test('of an opaque token without expires_in says nothing of its end', async () => {
    const { tokens } = await read({ access_token: 'opaque' })
    expect(tokens?.accessToken).toBe('opaque')
    expect(tokens?.expiresAt).toBeUndefined()
    expect(tokens?.refreshAt).toBeUndefined()
  })

  test('may count in ms', async () => {
    const { tokens } = await read({ access_token: 'at', expires_in: 1500 }, {}, { expiresInUnit: 'ms' })
    expect(tokens?.expiresAt).toBe(NOW + 1500)
  })

  const subject = { ...RFC_FIELDS, subject: 'user.id' }
  test.each([
    {
      by: "the app's own field",
      body: { access_token: jwt({ sub: 'jwt' }), id_token: jwt({ sub: 'oidc' }), user: { id: 7 } },
      fields: subject,
      is: '7',
    },
    {
      by: 'the id_token',
      body: { access_token: jwt({ sub: 'jwt' }), id_token: jwt({ sub: 'oidc' }) },
      fields: subject,
      is: 'oidc',
    },
    { by: 'a JWT access token', body: { access_token: jwt({ sub: 'jwt' }) }, fields: RFC_FIELDS, is: 'jwt' },
    {
      by: 'the access token where the id_token is none',
      body: { access_token: jwt({ sub: 'jwt' }), id_token: 'x' },
      fields: RFC_FIELDS,
      is: 'jwt',
    },
    {
      by: 'nothing where sub is no text',
      body: { access_token: jwt({ sub: 5 }) },
      fields: RFC_FIELDS,
      is: undefined,
    },
    { by: 'nothing of an opaque one', body: { access_token: 'at' }, fields: RFC_FIELDS, is: undefined },
  ])('tells the user by $by', async ({ body, fields, is }) => {
    expect((await read(body, {}, { fields })).tokens?.subject).toBe(is)
  })

  test.each<[string, unknown, ResponseInit, Record<string, unknown>]>([
    ['HTML', '<!doctype html><title>Down</title>', {}, {}],
    ['nothing', '', {}, {}],
    ['JSON null', 'null', {}, {}],
    ['a pending second factor', { mfa_token: 'x' }, {}, {}],
    ['an error', { error: 'invalid_grant' }, { status: 400 }, { error: 'invalid_grant' }],
    ['an error of another form', { error: { code: 5 } }, { status: 400 }, {}],
    ['tokens with a failure status', { access_token: 'at' }, { status: 500 }, {}],
    ['a wrong type', { access_token: 5 }, {}, { wrongMember: 'access_token' }],
    ["another broker's placeholder", { access_token: `held-by-sw-token-broker-${SESSION_ID}a1` }, {}, {}],
  ])('has no tokens where it is %s', async (_, body, init, expected) => {
    expect(await read(body, init)).toEqual(expected)
  })

  test('with a wrong member beside a good token names it', async () => {
    const answer = await read({ access_token: 'at', expires_in: {} })
    expect(answer).toMatchObject({ wrongMember: 'expires_in', tokens: { accessToken: 'at' } })
  })
})

describe('what a page gets of a login answer', () => {
  const tokens = tokenSet()
  const masks = masksOf(tokens, BASIS)
  const body =
    '{ "access_token": "access-token-1", "refresh_token": "refresh-token-1", "id": 12345678901234567890 }'

  test('is the same answer, with a placeholder for each token', async () => {
    const response = maskedResponse(
      new Response(body, {
        status: 201,
        statusText: 'Made',
        headers: { 'Content-Type': 'application/json', 'X-Request-Id': '7' },
      }),
      body,
      masks,
    )
    expect(response.status).toBe(201)
    expect(response.statusText).toBe('Made')
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/json',
      'x-request-id': '7',
    })
    expect(await response.text()).toBe(
      `{ "access_token": "held-by-sw-token-broker-${SESSION_ID}a1", "refresh_token": "held-by-sw-token-broker-${SESSION_ID}r1", "id": 12345678901234567890 }`,
    )
  })

  test('has no token in a header either, nor what described the bytes that were sent', () => {
    const response = maskedResponse(
      new Response(body, {
        headers: {
          Authorization: 'Bearer access-token-1',
          'Content-Length': '999',
          'Content-Encoding': 'gzip',
        },
      }),
      body,
      masks,
    )
    expect(response.headers.get('Authorization')).toBe(`Bearer held-by-sw-token-broker-${SESSION_ID}a1`)
    expect(response.headers.has('Content-Length')).toBe(false)
    expect(response.headers.has('Content-Encoding')).toBe(false)
  })

  test('keeps the claims of JWTs readable, and no signature', async () => {
    const access = jwt({ sub: 'u1' }, 'QUNDRVNT')
    const refresh = jwt({ jti: 'r1' }, 'UkVGUkVTSA')
    const json = JSON.stringify({ access, refresh })
    const dead = maskedResponse(
      new Response(json),
      json,
      masksOf(tokenSet({ accessToken: access, refreshToken: refresh }), BASIS),
    )
    const shown = membersOf(await dead.json())
    expect(String(shown.access)).toContain(access.slice(0, access.lastIndexOf('.')))
    expect(JSON.stringify(shown)).not.toMatch(/QUNDRVNT|UkVGUkVTSA/)
    expect(shown.access).not.toBe(shown.refresh)
  })

  test('of one token for both uses has one placeholder, which stands for the access token', () => {
    expect([...masksOf(tokenSet({ refreshToken: 'access-token-1' }), BASIS)]).toEqual([
      ['access-token-1', `held-by-sw-token-broker-${SESSION_ID}a1`],
    ])
  })
})

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
