// What the server saw. The tests assert on this, since a page could tell anything.
import type { TokenKind } from './access-tokens.ts'
import { FLAVOUR_NAMES } from './flavours.ts'
import type { FlavourName } from './flavours.ts'

const REMEMBERED_REQUESTS = 2000

export interface FlavourStats {
  logins: number
  logouts: number
  /** Successful rotations. */
  refreshes: number
  /** Every request to the refresh endpoint, whatever became of it. */
  refreshAttempts: number
  /** Spent refresh tokens that came back. */
  reuse: number
  /** Requests to the refresh endpoint that another site may have caused, and that were refused therefore. */
  forgeries: number
  maxConcurrentRefreshes: number
  api: ApiStats
}

export interface ApiStats {
  total: number
  withToken: number
  withoutToken: number
  ok: number
  unauthorized: number
}

export interface SeenRequest {
  /** Milliseconds since the epoch, when the request arrived. */
  at: number
  flavour: FlavourName | 'other'
  method: string
  /** With the query. */
  path: string
  /** 0 while there is no answer, and for good when the connection went away before there was one. */
  status: number
  token: TokenKind
  user: string | null
  headers: Record<string, string>
}

export class Stats {
  readonly main: FlavourStats = noFlavourStats()
  readonly classic: FlavourStats = noFlavourStats()
  readonly cookie: FlavourStats = noFlavourStats()
  readonly requests: SeenRequest[] = []

  remember(request: SeenRequest): void {
    this.requests.push(request)
    if (this.requests.length > REMEMBERED_REQUESTS) this.requests.shift()
  }

  reset(): void {
    for (const name of FLAVOUR_NAMES) Object.assign(this[name], noFlavourStats())
    this.requests.length = 0
  }
}

function noFlavourStats(): FlavourStats {
  return {
    logins: 0,
    logouts: 0,
    refreshes: 0,
    refreshAttempts: 0,
    reuse: 0,
    forgeries: 0,
    maxConcurrentRefreshes: 0,
    api: { total: 0, withToken: 0, withoutToken: 0, ok: 0, unauthorized: 0 },
  }
}

/** Header lines to show: the credentials in them are left out. */
export function redactedHeaders(headers: Headers, placeholder = ''): Record<string, string> {
  const shown = Object.fromEntries(headers)
  const authorization = shown['authorization']
  if (authorization !== undefined) {
    const [scheme = ''] = authorization.split(' ')
    shown['authorization'] = `${scheme} ${placeholder}`.trimEnd()
  }
  const cookies = shown['cookie']
  if (cookies !== undefined) shown['cookie'] = cookies.replace(/=[^;]*/g, `=${placeholder}`)
  return shown
}
