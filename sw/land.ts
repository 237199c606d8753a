import type { Reply } from './protocol/messages.ts'
import { reservedPath, type ReservedPaths } from './core/request-policy.ts'
import type { AnswerNavigation } from './auth-method.ts'
import type { SessionKeeper } from './session-keeper.ts'

/** What becomes of a page that has landed on a path of the login while no worker could answer it. */
export type Land = (href: string, keeper: SessionKeeper) => Promise<Pick<Reply, 'goTo' | 'isDone'>>

/**
 * For a page that was loaded at a path of the login because no worker was there to answer (first visit, hard reload):
 * the worker does now what it would have done then, and the page goes where the answer would have sent it.
 */
export const landing =
  (reserved: ReservedPaths, navigate: AnswerNavigation): Land =>
  async (href, keeper) => {
    const url = new URL(href)
    const path = url.origin === location.origin ? reservedPath(reserved, url.pathname) : undefined
    // This is where a login that failed was sent: a page without a worker stays.
    const isEnd = path === 'callback' && !url.searchParams.has('state') && !url.searchParams.has('code')
    if (!path || isEnd) return {}
    const answer = await navigate(url, path, keeper)
    const goTo = answer.headers.get('Location')
    if (goTo !== null) return { goTo }
    if (answer.ok) return { isDone: true, goTo: '/' }
    // The worker is there now: it shows what went wrong, at an address without the code.
    const error = path === 'login' ? 'server_error' : url.searchParams.get('error')
    return {
      goTo: reserved.callback + (error === null ? '' : `?${new URLSearchParams({ error }).toString()}`),
    }
  }
