import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const ORIGIN = 'https://app.example'

test.each(['/', '/orders', '/orders?page=2#row', '/a//b', '/a/../b', '/?next=//evil.example'])(
  'a login goes on at %s',
  (target) => {
    const { href } = new URL(target, ORIGIN)
    expect(new URL(returnPath(target, ORIGIN), ORIGIN).href).toBe(href)
  },
)

test.each([
  null,
  '',
  'orders',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/%2e%2e//evil.example',
  '/a/..//evil.example',
  '/a/../\\evil.example',
  '/.\\\\evil.example',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
])('no login ends at a stranger: %j', (target) => {
  expect(returnPath(target, ORIGIN)).toBe('/')
})
