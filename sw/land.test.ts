import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { landing } from './land.ts'
import { redirect } from './platform/login-page.ts'
import { sessionKeeper } from './session-keeper.ts'
import { newDatabaseName, workerStore } from './testing/stores.ts'

const APP = 'https://app.example'
const RESERVED = { login: '/auth/login', callback: '/auth/callback', logout: '/auth/logout' }

/** Where a page goes that has loaded at `path`, and then whichever it is sent to, where no worker answers any of them. */
async function course(path: string, answer: () => Response): Promise<string[]> {
  const { store } = workerStore(newDatabaseName())
  const keeper = sessionKeeper(store, { post: async () => undefined }, { canRefresh: () => true })
  vi.stubGlobal('location', new URL(APP))
  const land = landing(RESERVED, async () => answer())
  const course = [path]
  for (let turns = 5; turns > 0; turns--) {
    const { goTo } = await land(new URL(course.at(-1) ?? '', APP).href, keeper)
    if (goTo === undefined) break
    course.push(goTo)
  }
  return course
}

const failed = (): Response => new Response('Login failed', { status: 400 })

test('a page that no worker answered goes where the login does', async () => {
  expect(await course('/auth/callback?code=c&state=s', () => redirect('/orders'))).toEqual([
    '/auth/callback?code=c&state=s',
    '/orders',
  ])
})

test('a login that failed where no worker is comes to rest, at an address without its code', async () => {
  expect(await course('/auth/callback?error=access_denied&state=s', failed)).toEqual([
    '/auth/callback?error=access_denied&state=s',
    '/auth/callback?error=access_denied',
  ])
  expect(await course('/auth/callback?code=c&state=s', failed)).toEqual([
    '/auth/callback?code=c&state=s',
    '/auth/callback',
  ])
  expect(await course('/auth/callback?code=c', failed)).toEqual(['/auth/callback?code=c', '/auth/callback'])
  expect(await course('/auth/login', failed)).toEqual(['/auth/login', '/auth/callback?error=server_error'])
})
