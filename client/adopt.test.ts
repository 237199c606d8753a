import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { adopt, type AdoptOptions } from './adopt.ts'

const ACCESS = 'access-token-1'
const REFRESH = 'refresh-token-1'
const KEPT = { access_token: 'placeholder-a', refresh_token: 'placeholder-r' }

/** As much of a `Storage` as is used: its values are its own members. */
class FakeStorage {
  setItem(key: string, value: string): void {
    Object.assign(this, { [key]: value })
  }
}

const storages = { localStorage: new FakeStorage(), sessionStorage: new FakeStorage() }

beforeEach(() => {
  storages.localStorage = new FakeStorage()
  storages.sessionStorage = new FakeStorage()
  for (const [name, storage] of Object.entries(storages)) vi.stubGlobal(name, storage)
})
afterEach(() => vi.unstubAllGlobals())

const stored = (storage: FakeStorage): object => Object.fromEntries(Object.entries(storage))

const PLACES = { access_token: 'token', refresh_token: 'refresh' }

test('tokens that the worker takes are replaced, and nothing beside them', async () => {
  Object.assign(storages.localStorage, { token: ACCESS, refresh: REFRESH, theme: 'dark' })
  const handOver = vi.fn(async () => KEPT)

  await adopt({ localStorage: PLACES }, handOver)

  expect(handOver).toHaveBeenCalledExactlyOnceWith({ access_token: ACCESS, refresh_token: REFRESH })
  expect(stored(storages.localStorage)).toEqual({
    token: 'placeholder-a',
    refresh: 'placeholder-r',
    theme: 'dark',
  })
})

test.each([
  ['says no', async () => undefined],
  ['takes none of them', async () => ({})],
])('where the worker %s all stays as it is', async (_, handOver) => {
  Object.assign(storages.localStorage, { token: ACCESS, refresh: REFRESH })
  await adopt({ localStorage: PLACES }, handOver)
  expect(stored(storages.localStorage)).toEqual({ token: ACCESS, refresh: REFRESH })
})

test('tokens may lie in several storages, and copies are replaced too', async () => {
  Object.assign(storages.sessionStorage, {
    token: ACCESS,
    user: JSON.stringify({ name: 'Alice', token: ACCESS }),
  })
  Object.assign(storages.localStorage, { refresh: REFRESH })

  await adopt({ localStorage: PLACES, sessionStorage: PLACES }, async () => KEPT)

  expect(stored(storages.localStorage)).toEqual({ refresh: 'placeholder-r' })
  expect(stored(storages.sessionStorage)).toEqual({
    token: 'placeholder-a',
    user: '{"name":"Alice","token":"placeholder-a"}',
  })
})

test('what another tab has stored meanwhile is not overwritten', async () => {
  Object.assign(storages.localStorage, { token: ACCESS, refresh: REFRESH })
  await adopt({ localStorage: PLACES }, async () => {
    storages.localStorage.setItem('token', 'access-token-2')
    return KEPT
  })
  expect(stored(storages.localStorage)).toEqual({ token: 'access-token-2', refresh: 'placeholder-r' })
})

test('a page without tokens asks nothing', async () => {
  const handOver = vi.fn(async () => KEPT)
  await adopt({ localStorage: PLACES, sessionStorage: { access_token: 'auth.token' } }, handOver)
  expect(handOver).not.toHaveBeenCalled()
})

test('a storage that the browser keeps from the page has none', async () => {
  Object.assign(storages.sessionStorage, { token: ACCESS })
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('Access is denied', 'SecurityError')
    },
  })
  const handOver = vi.fn(async () => KEPT)
  await adopt({ localStorage: PLACES, sessionStorage: PLACES }, handOver)
  expect(handOver).toHaveBeenCalledExactlyOnceWith({ access_token: ACCESS })
})

describe('a wrong option is named', () => {
  test.each<[string, unknown]>([
    ['adopt', null],
    ['adopt', 'localStorage'],
    ['adopt.indexedDB', { indexedDB: PLACES }],
    ['adopt.localStorage', { localStorage: 'token' }],
    ['adopt.cookie.accessToken', { cookie: { accessToken: 'token' } }],
    ['adopt.cookie.access_token', { cookie: { access_token: 1 } }],
    ['adopt.sessionStorage.refresh_token', { sessionStorage: { refresh_token: '' } }],
  ])('%s', async (option, options) => {
    const handOver = vi.fn(async () => KEPT)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JavaScript callers may pass
    await expect(adopt(options as AdoptOptions, handOver)).rejects.toThrow(`option '${option}' got`)
    expect(handOver).not.toHaveBeenCalled()
  })
})
