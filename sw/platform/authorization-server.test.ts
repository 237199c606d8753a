import { describe, expect, test } from 'vitest'
import { activeSession, testClock } from '../testing/fixtures.ts'
import { authorizationServer, type AuthorizationServer } from './authorization-server.ts'

const ISSUER = 'https://id.example'
const OIDC = '/.well-known/openid-configuration'
const OAUTH = '/.well-known/oauth-authorization-server'
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
}

const json = (body: unknown, status = 200): Response => Response.json(body, { status })
/** As `fetch` does where there is no answer, or none with CORS. */
const unreadable = (): never => {
  throw new TypeError('Failed to fetch')
}

function server(answers: Record<string, () => Response>): AuthorizationServer {
  const fetch = async (request: Request): Promise<Response> =>
    (answers[new URL(request.url).pathname] ?? unreadable)()
  return authorizationServer({
    issuer: new URL(ISSUER),
    clientId: 'spa',
    claims: [],
    resource: undefined,
    timeout: 5000,
    clock: testClock(),
    fetch,
    fetchToken: fetch,
  })
}

describe('a plain OAuth 2.0 server is discovered', () => {
  test.each([
    ['nothing', () => json({}, 404)],
    ['nothing without CORS', unreadable],
  ])('where it has %s at the address of OpenID Connect', async (_, answer) => {
    const found = await server({ [OIDC]: answer, [OAUTH]: () => json(METADATA) }).metadata()
    expect(found.token_endpoint).toBe(METADATA.token_endpoint)
  })
})

test('a failing discovery is told as the server has answered it', async () => {
  const busy = server({ [OIDC]: () => json({}, 503) })
  expect(await busy.refresh(activeSession().tokens)).toMatchObject({
    failure: { kind: 'http', code: 'refresh-unavailable', status: 503 },
  })
  expect(await server({}).refresh(activeSession().tokens)).toMatchObject({ failure: { kind: 'network' } })
})

test.each([
  ['of an unknown type', { access_token: 'a', token_type: 'mac' }],
  ['without a type', { access_token: 'a' }],
])('a token %s is an answer of the server, not a lost connection', async (_, answer) => {
  const result = server({ [OIDC]: () => json(METADATA), '/token': () => json(answer) })
  expect(await result.refresh(activeSession().tokens)).toMatchObject({
    failure: { kind: 'http', code: 'invalid-token-response' },
  })
})
