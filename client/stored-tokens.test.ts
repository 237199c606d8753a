import { describe, expect, test } from 'vitest'
import { tokenAt } from './stored-tokens.ts'

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'

describe('a token is found', () => {
  test.each<[string, Record<string, string>, string]>([
    ['under a key', { token: TOKEN }, 'token'],
    ['as a JSON string', { token: JSON.stringify(TOKEN) }, 'token'],
    ['behind its scheme', { token: `Bearer ${TOKEN}` }, 'token'],
    ['in JSON', { auth: JSON.stringify({ state: { token: TOKEN } }) }, 'auth.state.token'],
    [
      'in JSON inside JSON',
      { root: JSON.stringify({ auth: JSON.stringify({ token: TOKEN }) }) },
      'root.auth.token',
    ],
    [
      'in JSON that was written twice',
      { auth: JSON.stringify(JSON.stringify({ token: TOKEN })) },
      'auth.token',
    ],
    ['in a list', { accounts: JSON.stringify([{ token: TOKEN }]) }, 'accounts.0.token'],
    [
      'under a key with dots',
      { 'oidc.user:https://id.example:spa': JSON.stringify({ access_token: TOKEN }) },
      'oidc.user:https://id.example:spa.access_token',
    ],
    ['under the longest key that fits', { a: JSON.stringify({ b: 'another-token' }), 'a.b': TOKEN }, 'a.b'],
  ])('%s', (_, entries, path) => {
    expect(tokenAt(entries, path)).toBe(TOKEN)
  })

  test('that looks like a number', () => {
    expect(tokenAt({ token: '1234567890123456789012' }, 'token')).toBe('1234567890123456789012')
  })
})

describe('nothing is found', () => {
  test.each<[string, Record<string, string>, string]>([
    ['where there is no such key', { other: TOKEN }, 'token'],
    ['where the JSON is broken', { auth: `{"token":"${TOKEN}"` }, 'auth.token'],
    ['where the JSON has no such member', { auth: JSON.stringify({ user: {} }) }, 'auth.token'],
    ['where the member is null', { auth: '{"token":null}' }, 'auth.token'],
    ['where the member is a number', { auth: '{"token":123456789}' }, 'auth.token'],
    ['where the path ends at an object', { auth: JSON.stringify({ token: TOKEN }) }, 'auth'],
    ['where the member is inherited', { auth: '{}' }, 'auth.constructor.name'],
    ['in "null"', { token: 'null' }, 'token'],
    ['in "undefined"', { token: 'undefined' }, 'token'],
    ['in "Bearer undefined"', { token: 'Bearer undefined' }, 'token'],
    ['in an empty text', { token: '' }, 'token'],
    ['in "[object Object]"', { token: '[object Object]' }, 'token'],
  ])('%s', (_, entries, path) => {
    expect(tokenAt(entries, path)).toBeUndefined()
  })
})
