// A front end as many are written: its own tokens in a storage, its own interceptors, and two lines for the broker.
import { registerTokenBroker } from 'sw-token-broker/client'
import { KEEPERS, type TokenKeeper, type Tokens } from './token-keepers.ts'

export interface StoredApp {
  login(user: string): Promise<void>
  /** As many apps do it: the server is not told. */
  logout(): void
  /** The app's own calls, with its own interceptors. */
  get(path: string): Promise<{ status: number; body: unknown }>
  /** What the app's timer does. */
  refresh(): Promise<{ status: number; body: Record<string, unknown> }>
  /** All that the app has stored, as text. */
  raw(): string
  tokens(): Tokens | undefined
  /** How often the app threw its tokens away. */
  logouts: number
}

declare global {
  interface Window {
    storedApp: StoredApp
    /** What came of the app's first call, which it makes as soon as it starts. */
    started: Promise<{ status: number; body: unknown }>
  }
}

const parameters = new URLSearchParams(location.search)
const keeper = keeperNamed(parameters.get('keep') ?? 'local')

const app: StoredApp = {
  async login(user) {
    const { status, body } = await post('login', { username: user, password: user })
    if (status === 200) keeper.store(tokensIn(body))
  },
  logout() {
    app.logouts++
    keeper.clear()
  },
  async get(path) {
    const answer = await send(path)
    if (answer.status !== 401 || !keeper.load()) return answer
    const { status } = await app.refresh()
    if (status === 200) return send(path)
    app.logout()
    return answer
  },
  async refresh() {
    const answer = await post('refresh', { token: keeper.load()?.refreshToken })
    if (answer.status === 200) keeper.store(tokensIn(answer.body))
    return answer
  },
  raw: () => keeper.raw(),
  tokens: () => keeper.load(),
  logouts: 0,
}
window.storedApp = app
window.started = start()

async function start(): Promise<{ status: number; body: unknown }> {
  if (!parameters.has('no-broker'))
    await registerTokenBroker(parameters.get('worker') ?? '/sw-classic.js', {
      ...(parameters.has('adopt') && { adopt: keeper.adopt }),
    })
  if (parameters.has('refresh-at-load') && keeper.load()) return app.refresh()
  return app.get('/echo?start')
}

async function send(path: string): Promise<{ status: number; body: unknown }> {
  const token = keeper.load()?.token
  const response = await fetch(`/classic/api${path}`, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  })
  return { status: response.status, body: await response.json().catch(() => undefined) }
}

async function post(
  endpoint: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`/classic/auth/${endpoint}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

const tokensIn = ({ token, refreshToken }: Record<string, unknown>): Tokens => ({
  token: String(token),
  refreshToken: String(refreshToken),
})

function keeperNamed(name: string): TokenKeeper {
  const found = Object.entries(KEEPERS).find(([key]) => key === name)
  if (!found) throw new Error(`No token keeper is called '${name}'`)
  return found[1]
}
