import { describe, expect, test } from 'vitest'
import { RFC_FIELDS } from '../core/token-response.ts'
import { jwt, membersOf, NOW, SESSION_ID, testClock, tokenSet } from '../testing/fixtures.ts'
import { expiryTimes, type ExpiresAtFormat } from './expiry-times.ts'
import { maskedResponse, masksOf, readTokenAnswer, type AnswerFormat } from './token-answer.ts'

const FORMAT: AnswerFormat = { fields: RFC_FIELDS, expiresInUnit: 's' }
/** A clock that is a day off. */
const SERVER = NOW - 86_400_000
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

  test.each<[ExpiresAtFormat | undefined, unknown, number | undefined]>([
    ['epoch-s', (SERVER + 60_000) / 1000, NOW + 60_000],
    ['epoch-ms', SERVER + 60_000, NOW + 60_000],
    ['date', new Date(SERVER + 60_000).toISOString(), NOW + 60_000],
    // Not to be trusted: past, beyond all measure, no time at all.
    ['date', new Date(SERVER - 60_000).toISOString(), undefined],
    ['epoch-s', SERVER + 60_000, undefined],
    ['date', { year: 2026 }, undefined],
    // Of no concern.
    [undefined, (SERVER + 60_000) / 1000, undefined],
  ])('may say when the token expires, by its own clock: %s %j', async (format, expires_at, is) => {
    const expiresAt = format && expiryTimes(format)
    const answer = { access_token: 'at', expires_at }
    const headers = { Date: new Date(SERVER).toUTCString() }
    const { tokens, wrongMember } = await read(answer, { headers }, { expiresAt })
    expect(wrongMember).toBeUndefined()
    expect(tokens).toMatchObject({ accessToken: 'at' })
    expect(tokens?.expiresAt).toBe(is)
    // A local clock says nothing about the server's.
    expect((await read(answer, {}, { expiresAt })).tokens?.expiresAt).toBeUndefined()
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
    {
      by: "the server's own claim, a number",
      body: { access_token: jwt({ sub: 'jwt', user_id: 7 }) },
      fields: { ...RFC_FIELDS, subject: { claim: 'user_id' } },
      is: '7',
    },
    {
      by: "the server's own claim, a text",
      body: { access_token: jwt({ sub: 'jwt', id: 'u7' }) },
      fields: { ...RFC_FIELDS, subject: { claim: 'id' } },
      is: 'u7',
    },
    {
      by: 'sub where that claim is missing',
      body: { access_token: jwt({ sub: 'jwt' }) },
      fields: { ...RFC_FIELDS, subject: { claim: 'id' } },
      is: 'jwt',
    },
    { by: 'nothing of an opaque one', body: { access_token: 'at' }, fields: RFC_FIELDS, is: undefined },
  ])('tells the user by $by', async ({ body, fields, is }) => {
    expect((await read(body, {}, { fields })).tokens?.subject).toBe(is)
  })

  test.each([
    { what: 'a bare word', body: 'opaque-token', fields: { accessToken: '$body' } },
    { what: 'a JSON string', body: '"opaque-token"', fields: { accessToken: '$body' } },
    {
      what: 'nothing, with the token in a header',
      body: '',
      fields: { accessToken: { header: 'Authorization' } },
      headers: { Authorization: 'Bearer opaque-token' },
    },
  ])('may be $what', async ({ body, fields, headers }) => {
    const { tokens, wrongMember } = await read(
      body,
      { headers: headers ?? {} },
      { fields: { ...RFC_FIELDS, ...fields } },
    )
    expect(wrongMember).toBeUndefined()
    expect(tokens?.accessToken).toBe('opaque-token')
  })

  test('is no token where it is a page, though the token should be the whole body', async () => {
    const fields = { ...RFC_FIELDS, accessToken: '$body' }
    for (const body of ['<html><body>Down</body></html>', '<html>', 'Bad gateway', ''])
      expect((await read(body, {}, { fields })).tokens).toBeUndefined()
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

  test('of one word is the placeholder', async () => {
    const response = maskedResponse(new Response('access-token-1'), 'access-token-1', masks)
    expect(await response.text()).toBe(`held-by-sw-token-broker-${SESSION_ID}a1`)
  })

  test('without a body, with the token in a header, has no body either', async () => {
    const sent = new Response(null, { status: 204, headers: { 'X-Token': 'access-token-1' } })
    const response = maskedResponse(sent, '', masks)
    expect(response).toMatchObject({ status: 204, body: null })
    expect(response.headers.get('X-Token')).toBe(`held-by-sw-token-broker-${SESSION_ID}a1`)
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
