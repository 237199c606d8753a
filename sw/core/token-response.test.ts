import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  memberAt,
  objectWith,
  readTokenResponse,
  RFC_FIELDS,
  withNumberAt,
  type AnswerField,
  type TokenFields,
} from './token-response.ts'

const read = (
  json: unknown,
  fields: TokenFields = RFC_FIELDS,
  headers: Record<string, string> = {},
): ReturnType<typeof readTokenResponse> =>
  readTokenResponse({ json, header: (name) => headers[name] ?? null }, fields)

describe('a token response', () => {
  test('of RFC 6749 is read with all its members', () => {
    expect(
      read(
        {
          access_token: 'at',
          refresh_token: 'rt',
          expires_in: 300,
          token_type: 'Bearer',
          scope: 'a b',
          user: 'ignored',
        },
        RFC_FIELDS,
      ),
    ).toEqual({ response: { accessToken: 'at', refreshToken: 'rt', expiresIn: 300, scope: 'a b' } })
  })

  test("is read under the server's own names, nested ones too", () => {
    const fields = {
      ...RFC_FIELDS,
      accessToken: 'data.tokens.access',
      refreshToken: 'data.tokens.refresh',
      expiresIn: 'data.ttl',
      subject: 'data.user.id',
    }
    const json = { data: { tokens: { access: 'at', refresh: 'rt' }, ttl: 60, user: { id: 4711 } } }
    expect(read(json, fields)).toEqual({
      response: { accessToken: 'at', refreshToken: 'rt', expiresIn: 60, subject: '4711' },
    })
  })

  test.each<{ field: AnswerField; json: unknown; headers: Record<string, string> }>([
    { field: '$body', json: 'token-1', headers: {} },
    { field: { header: 'X-Token' }, json: undefined, headers: { 'X-Token': 'token-1' } },
    { field: { header: 'Authorization' }, json: {}, headers: { Authorization: 'Bearer token-1' } },
    { field: 'token', json: { token: 'Bearer token-1' }, headers: {} },
  ])('may have its token at $field', ({ field, json, headers }) => {
    const fields = { ...RFC_FIELDS, accessToken: field }
    const { response, wrongMember } = read(json, fields, headers)
    expect({ ...response, wrongMember }).toEqual({ accessToken: 'token-1' })
  })

  test.each([
    { field: '$body', json: { token: 'at' }, wrong: '$body' },
    { field: { header: 'X-Token' }, json: 'at', wrong: undefined },
  ])('with nothing at $field has no token', ({ field, json, wrong }) => {
    const { response, wrongMember } = read(json, { ...RFC_FIELDS, accessToken: field })
    expect(response.accessToken).toBeUndefined()
    expect(wrongMember).toBe(wrong)
  })

  test.each([
    { what: 'digits', expires_in: '3600', expiresIn: 3600 },
    { what: 'null', expires_in: null, expiresIn: undefined },
    { what: 'zero', expires_in: 0, expiresIn: 0 },
    { what: 'a fraction', expires_in: 0.5, expiresIn: 0.5 },
  ])('may write expires_in as $what', ({ expires_in, expiresIn }) => {
    expect(read({ access_token: 'at', expires_in })).toEqual({
      response: { accessToken: 'at', ...(expiresIn !== undefined && { expiresIn }) },
    })
  })

  test.each([
    { name: 'access_token', value: null },
    { name: 'refresh_token', value: null },
    { name: 'refresh_token', value: '' },
    { name: 'scope', value: null },
    { name: 'scope', value: '' },
  ])('with $name: $value has no such member, and is otherwise good', ({ name, value }) => {
    const json = { access_token: 'at', [name]: value }
    const { response, wrongMember } = read(json)
    expect(wrongMember).toBeUndefined()
    expect(response).toEqual(name === 'access_token' ? {} : { accessToken: 'at' })
  })

  test.each([
    { member: 'access_token', json: { access_token: 5 } },
    { member: 'access_token', json: { access_token: { value: 'at' } } },
    { member: 'refresh_token', json: { access_token: 'at', refresh_token: true } },
    { member: 'expires_in', json: { access_token: 'at', expires_in: 'soon' } },
    { member: 'expires_in', json: { access_token: 'at', expires_in: [300] } },
    { member: 'token_type', json: { access_token: 'at', token_type: 1 } },
    { member: 'scope', json: { access_token: 'at', scope: ['a', 'b'] } },
    { member: 'access_token', json: { access_token: 'at\r\nX-Injected: 1' } },
    { member: 'access_token', json: { access_token: 'at\u0000' } },
    { member: 'access_token', json: { access_token: 'tøken' } },
  ])('with a wrong type says which member: $json', ({ member, json }) => {
    expect(read(json).wrongMember).toBe(member)
  })

  test('of a wrong type is named by its own path', () => {
    const fields = { ...RFC_FIELDS, accessToken: 'user.token' }
    expect(read({ user: { token: 5 } }, fields).wrongMember).toBe('user.token')
  })

  test('can be anything at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const { response } = read(json)
        for (const value of Object.values(response))
          expect(['string', 'number', 'undefined']).toContain(typeof value)
      }),
    )
  })
})

describe('a dotted path', () => {
  test.each([
    { path: 'a', json: { a: 1 }, value: 1 },
    { path: 'a.b.c', json: { a: { b: { c: null } } }, value: null },
    { path: 'a.0.b', json: { a: [{ b: 1 }] }, value: 1 },
    { path: 'a.b', json: { a: 'text' }, value: undefined },
    { path: 'a.b', json: { a: null }, value: undefined },
    { path: 'a', json: null, value: undefined },
    { path: 'a', json: 'a', value: undefined },
    { path: 'toString', json: {}, value: undefined },
    { path: '__proto__.x', json: {}, value: undefined },
    { path: 'constructor.name', json: {}, value: undefined },
  ])('$path in $json is $value', ({ path, json, value }) => {
    expect(memberAt(json, path)).toBe(value)
  })

  test('that an object was made with leads back to the value', () => {
    const path = fc
      .array(fc.stringMatching(/^[^.]{1,8}$/), { minLength: 1, maxLength: 4 })
      .map((keys) => keys.join('.'))
    fc.assert(
      fc.property(path, fc.string(), (at, value) => {
        expect(memberAt(objectWith(at, value), at)).toBe(value)
        expect(memberAt(withNumberAt(objectWith(at, value), at, 7), at)).toBe(7)
      }),
    )
  })
})

describe('a number replaced by another', () => {
  const json = { a: { ttl: 300, b: [1] }, c: 'x' }

  test('leaves everything else, and the original', () => {
    expect(withNumberAt(json, 'a.ttl', 60)).toEqual({ a: { ttl: 60, b: [1] }, c: 'x' })
    expect(json.a.ttl).toBe(300)
  })

  test.each(['ttl', 'a.x', 'c.ttl', 'a.b.ttl', ''])('is not added where there was none: "%s"', (path) => {
    expect(withNumberAt(json, path, 60)).toEqual(json)
  })
})
