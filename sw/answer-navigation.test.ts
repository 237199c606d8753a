import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { navigationAnswerer } from './answer-navigation.ts'
import { readAttempts } from './core/login-attempt.ts'
import type { Navigation } from './core/request-policy.ts'
import type { Session } from './core/session.ts'
import { authorizationServer } from './platform/authorization-server.ts'
import { openDatabase } from './platform/database.ts'
import { recordStore } from './platform/record-store.ts'
import { sessionKeeper } from './session-keeper.ts'
import { activeSession, lostSession, NOW, testClock, tokenSet } from './testing/fixtures.ts'
import { newDatabaseName, workerStore, writeToDisk } from './testing/stores.ts'

const APP = 'https://app.example'
const ISSUER = 'https://id.example'
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  end_session_endpoint: `${ISSUER}/end`,
}

/** A worker whose server has these answers, with this session in its store. */
async function worker(session: Session, metadata = (): Response => Response.json(METADATA)) {
  const name = newDatabaseName()
  await writeToDisk(name, { v: 1, session })
  const asked: string[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    asked.push(pathname)
    return pathname.startsWith('/.well-known/') ? metadata() : Response.json({})
  }
  const records = recordStore(openDatabase(`${name}-records`))
  const { store } = workerStore(name)
  const keeper = sessionKeeper(store, { post: async () => undefined }, { canRefresh: () => true })
  vi.stubGlobal('location', new URL(APP))
  const clock = testClock()
  const issuer = new URL(ISSUER)
  const { navigate } = navigationAnswerer({
    server: authorizationServer({
      issuer,
      clientId: 'spa',
      claims: [],
      resource: undefined,
      timeout: 5000,
      clock,
      fetch,
      fetchToken: fetch,
    }),
    records,
    clock,
    clientId: 'spa',
    scope: 'openid',
    reserved: { login: '/auth/login', callback: '/auth/callback', logout: '/auth/logout' },
    postLogoutPath: '/bye',
    parameters: {},
    resources: [],
  })
  const go = (path: string, to: Navigation): Promise<Response> => navigate(new URL(path, APP), to, keeper)
  const states = async (): Promise<string[]> =>
    Object.keys(readAttempts(await records.get('login-attempts'), NOW))
  return { asked, keeper, go, states }
}

const linkIn = async (page: Response): Promise<string | undefined> =>
  /href="([^"]*)"/.exec(await page.text())?.[1]?.replaceAll('&#38;', '&')

test('a login that cannot begin can be tried again for the same place', async () => {
  const { go } = await worker(
    { status: 'anonymous', noticed: false },
    () => new Response('', { status: 503 }),
  )
  const page = await go('/auth/login?return_to=/orders&max_age=5&popup=1&prompt=none', 'login')
  expect(page.status).toBe(400)
  expect(await linkIn(page)).toBe('/auth/login?return_to=%2Forders&max_age=5&popup=1')
})

test('and so can one that the server has refused, which says why', async () => {
  const { go, states } = await worker({ status: 'anonymous', noticed: false })
  await go('/auth/login?return_to=/orders?page=2', 'login')
  const [state = ''] = await states()
  const page = await go(`/auth/callback?state=${state}&error=access_denied`, 'callback')
  expect(await page.clone().text()).toContain('The login was refused: access_denied')
  expect(await linkIn(page)).toBe('/auth/login?return_to=%2Forders%3Fpage%3D2')
})

test('a logout ends the session at the server, with the token that names it', async () => {
  const { asked, go } = await worker(activeSession({ tokens: tokenSet({ idToken: 'id-token' }) }))
  const { headers } = await go('/auth/logout', 'logout')
  const target = new URL(headers.get('Location') ?? '')
  expect(asked).toContain('/revoke')
  expect(target.origin + target.pathname).toBe(`${ISSUER}/end`)
  expect(Object.fromEntries(target.searchParams)).toEqual({
    id_token_hint: 'id-token',
    client_id: 'spa',
    post_logout_redirect_uri: `${APP}/bye`,
  })
})

test('also where the session was lost before, or the next person would be let in as this one', async () => {
  const { asked, keeper, go } = await worker(lostSession())
  const { headers } = await go('/auth/logout', 'logout')
  expect(headers.get('Location')).toMatch(`${ISSUER}/end?client_id=spa`)
  expect(asked).not.toContain('/revoke')
  expect(await keeper.current()).toMatchObject({ status: 'anonymous' })
})

test('a logout of nobody goes back to the app at once', async () => {
  const { asked, go } = await worker({ status: 'anonymous', noticed: false })
  expect((await go('/auth/logout', 'logout')).headers.get('Location')).toBe('/bye')
  expect(asked).toEqual([])
})
