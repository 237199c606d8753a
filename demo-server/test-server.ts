// For the tests: a server of their own, and the words to talk to it.
import { onTestFinished } from 'vitest'
import { isObject, stringIn } from './json.ts'
import type { JsonObject } from './json.ts'
import { startDemoServer } from './server.ts'
import type { DemoServer, DemoServerOptions } from './server.ts'

export interface TestServer extends DemoServer {
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body?: JsonObject, headers?: Record<string, string>): Promise<Response>
  /** Logs in to the main flavour. */
  login(user?: string): Promise<Session>
}

export interface Session {
  refreshToken: string
  /** The header that opens the API. */
  bearer: Record<string, string>
}

/** A server that ends with the test. */
export async function testServer(options: DemoServerOptions = {}): Promise<TestServer> {
  const server = await startDemoServer(options)
  onTestFinished(() => server.close())
  const get: TestServer['get'] = (path, headers = {}) =>
    fetch(server.url + path, { headers, redirect: 'manual' })
  const post: TestServer['post'] = (path, body = {}, headers = {}) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const login: TestServer['login'] = async (user = 'alice') =>
    sessionIn(await post('/auth/login', { username: user, password: user }))
  return { ...server, get, post, login }
}

/** The session in an answer of the main flavour's login or refresh. */
export async function sessionIn(response: Response): Promise<Session> {
  const body = await jsonOf(response)
  return {
    refreshToken: need(stringIn(body, 'refresh_token')),
    bearer: { Authorization: `Bearer ${need(stringIn(body, 'access_token'))}` },
  }
}

export async function jsonOf(response: Response): Promise<JsonObject> {
  const body: unknown = await response.json()
  if (!isObject(body)) throw new TypeError('The answer is no JSON object')
  return body
}

export function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('The answer lacks what the test needs')
  return value
}

/** Waits for what another request brings about. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; !condition(); i++) {
    if (i === 200) throw new Error('Waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
