import { expect, test } from 'vitest'
import { decideRequest } from './request-policy.ts'

const origin = 'https://app.example'
const reserved = { login: '/auth/login', callback: '/auth/callback', logout: '/auth/logout' }

test.each([
  { path: '/auth/callback', destination: 'iframe', is: { type: 'navigate', path: 'framed-callback' } },
  { path: '/auth/callback', destination: 'document', is: { type: 'navigate', path: 'callback' } },
  { path: '/auth/callback', destination: 'frame', is: { type: 'leave' } },
  { path: '/auth/login', destination: 'iframe', is: { type: 'leave' } },
  { path: '/auth/logout', destination: 'iframe', is: { type: 'leave' } },
])('with silent login, $path as $destination: $is.type', ({ path, destination, is }) => {
  const policy = {
    protect: [],
    exclude: [],
    navigations: [],
    attach: 'add',
    endpoints: [],
    reserved,
  } as const
  const facts = {
    origin,
    path,
    destination,
    query: [],
    method: 'GET',
    mode: 'navigate',
    cache: 'default',
    credentials: 'include',
    isOwnOrigin: true,
    authorization: null,
    isMarked: false,
    hasPlaceholder: false,
  }
  expect(decideRequest({ ...policy, framedCallback: true }, facts)).toEqual(is)
})
