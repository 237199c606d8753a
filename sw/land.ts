import type { Reply } from './protocol/messages.ts'
import { reservedPath, type Navigation, type ReservedPaths } from './core/request-policy.ts'

/** Answers a navigation to a path of the login. */
export type Navigate = (url: URL, path: Navigation) => Promise<Response>

/**
 * For a page that was loaded at a path of the login because no worker was there to answer (first visit, hard reload):
 * the worker does now what it would have done then, and the page goes where the answer would have sent it.
 */
export const landing =
  (reserved: ReservedPaths | undefined, navigate: Navigate | undefined) =>
  async (href: string): Promise<Pick<Reply, 'goTo' | 'isDone'>> => {
    const url = new URL(href)
    const path = reserved && url.origin === location.origin ? reservedPath(reserved, url.pathname) : undefined
    if (!reserved || !path || !navigate) return {}
    const answer = await navigate(url, path)
    const goTo = answer.headers.get('Location')
    if (goTo !== null) return { goTo }
    if (answer.ok) return { isDone: true, goTo: '/' }
    // The worker is there now: it shows what went wrong, at an address without the code.
    const error = url.searchParams.get('error')
    return {
      goTo: reserved.callback + (error === null ? '' : `?${new URLSearchParams({ error }).toString()}`),
    }
  }
