import { RECORD_VERSION, type StoredSession } from '../../sw/core/stored-session.ts'
import type { Session } from '../../sw/core/session.ts'
import { sessionIn, type SessionDetails, type SessionState } from './states.ts'

export interface StoredSessionDetails extends SessionDetails {
  /** The broker's `name`. Default `default`. */
  name?: string
  /** Default `test-access-token`. */
  accessToken?: string
  /** Default `test-refresh-token`. */
  refreshToken?: string
  /** Any URL of the app. Default: where the page is, or else Playwright's `baseURL`. */
  url?: string
}

/** What is used of Playwright's `Page`. */
export interface PageLike {
  context(): ContextLike
  url(): string
  route(url: string, handler: (route: RouteLike) => unknown): Promise<unknown>
  goto(url: string): Promise<unknown>
  evaluate(script: string): Promise<unknown>
  close(): Promise<void>
}

/** What is used of Playwright's `BrowserContext`. */
export interface ContextLike {
  newPage(): Promise<PageLike>
}

interface RouteLike {
  fulfill(answer: { contentType: string; body: string }): Promise<void>
}

/**
 * Puts the broker's session in a state, for tests in a browser that have no server to log in at. Call it before the app
 * is opened; a worker that runs already takes notice too. The calls themselves go to whatever answers them in the test.
 * @param target Playwright's `page` or `context`
 */
export async function setSession(
  target: PageLike | ContextLike,
  state: SessionState,
  details: StoredSessionDetails = {},
): Promise<void> {
  const { name = 'default' } = details
  const record: StoredSession = { v: RECORD_VERSION, session: storedIn(state, details) }
  const isPage = 'url' in target
  const here = isPage && /^https?:/.test(target.url()) ? target.url() : '/'
  const page = await (isPage ? target.context() : target).newPage()
  try {
    // An empty page of the app's origin, so that nothing of the app runs before the session is there.
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
    const base = details.url ?? here
    await page.goto(base === '/' ? `/${PAGE}` : new URL(`/${PAGE}`, base).href)
    await page.evaluate(`(${String(store)})(${JSON.stringify([`sw-token-broker:${name}`, record])})`)
  } finally {
    await page.close()
  }
}

const PAGE = '__sw-token-broker-testing'

function storedIn(state: SessionState, details: StoredSessionDetails): Session {
  const { accessToken = 'test-access-token', refreshToken = 'test-refresh-token' } = details
  const { status, subject, scope, expiresAt = 0, reason = 'invalid_grant' } = sessionIn(state, details)
  const basis = { sessionId: hexId(), generation: 1 }
  switch (status) {
    case 'anonymous':
      return { status, noticed: false }
    case 'login-required':
      return { status, ...basis, reason, announced: false, ...(subject !== undefined && { subject }) }
    case 'active': {
      const now = Date.now()
      const tokens = {
        accessToken,
        refreshToken,
        receivedAt: now,
        expiresAt,
        refreshAt: state === 'about-to-expire' ? now : expiresAt,
        ...(subject !== undefined && { subject }),
        ...(scope !== undefined && { scope }),
      }
      return { status, ...basis, tokens }
    }
  }
}

const hexId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

/** Runs in the page, as text: it can name nothing from outside itself. */
function store([name, record]: [string, unknown]): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('broker')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('broker', 'readwrite')
      transaction.objectStore('broker').put(record, 'session')
      transaction.onerror = () => reject(transaction.error)
      transaction.oncomplete = () => {
        opening.result.close()
        const channel = new BroadcastChannel(name)
        channel.postMessage(null)
        channel.close()
        resolve()
      }
    }
  })
}
