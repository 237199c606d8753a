import type { Page } from '@playwright/test'
import { expect, expireSession, ONE_REFRESH, refreshCounts, test } from './test.ts'

const OWN = '/?worker=/sw-own.js'

/** Posts a message to the worker; resolves with what comes back on its port. */
const tell = (page: Page, message: object): Promise<unknown> =>
  page.evaluate(
    (data) =>
      new Promise<unknown>((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = (event) => resolve(event.data)
        navigator.serviceWorker.controller?.postMessage(data, [port2])
      }),
    message,
  )

/** A call that the app's worker makes by itself. */
const callFromWorker = (page: Page, url: string, init?: RequestInit) =>
  tell(page, { type: 'CALL', url, init })

test("the worker's own call has the session, and what is not protected gets no token", async ({
  openTab,
  server,
}) => {
  const tab = await openTab(OWN)
  expect(await callFromWorker(tab.page, '/api/echo?anonymous')).toMatchObject({ status: 401 })
  await tab.login()

  const answer = await callFromWorker(tab.page, '/api/upload', { method: 'POST', body: 'a note' })
  await callFromWorker(tab.page, '/plain.html')

  expect(answer).toMatchObject({ status: 200 })
  expect(await server.seen('/api/upload')).toMatchObject([{ method: 'POST', token: 'valid', user: 'alice' }])
  expect(await server.seen('/plain.html')).toMatchObject([{ token: 'none' }])
  // The same worker leaves a page's own call without a placeholder alone.
  await tab.call('/api/echo?page')
  expect(await server.seen('/api/echo?page')).toMatchObject([{ token: 'none' }])
})

test("calls of the worker and of pages share the refresh, and the worker's are replayed", async ({
  openTab,
  server,
}) => {
  const tab = await openTab(OWN)
  const { body } = await tab.login()
  const placeholder = String(Object(body).access_token)
  await server.revoke()
  await server.reset()

  const answers = await Promise.all([
    callFromWorker(tab.page, '/api/echo?worker', { method: 'POST', body: 'x' }),
    tab.call('/api/echo?page', { headers: { Authorization: `Bearer ${placeholder}` } }),
    callFromWorker(tab.page, '/api/orders'),
  ])

  for (const answer of answers) expect(answer).toMatchObject({ status: 200 })
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test("the worker's own call refreshes an expired token first", async ({ openTab, server }) => {
  const tab = await openTab(OWN)
  await expireSession(tab, server)
  await tab.goto(server.url + OWN)

  expect(await callFromWorker(tab.page, '/api/echo')).toMatchObject({ status: 200 })

  expect(await server.seen('/api/echo')).toMatchObject([{ token: 'valid' }])
  expect((await refreshCounts(server)).reuse).toBe(0)
})

test("the worker's own call rejects as fetch does", async ({ openTab, server }) => {
  const tab = await openTab(OWN)
  await tab.login()
  await server.fault({ target: 'api', drop: 'before', times: 10 })
  expect(await callFromWorker(tab.page, '/api/echo')).toEqual({ error: 'TypeError' })
  expect(await callFromWorker(tab.page, 'http://[')).toEqual({ error: 'TypeError' })
})

test("messages between an app and its worker pass the broker's listener, and its own pass theirs", async ({
  openTab,
  server,
}) => {
  const tab = await openTab(OWN)
  await tab.login()

  const answer = await tell(tab.page, { type: 'CACHE_URLS', payload: { urlsToCache: ['/from-the-app'] } })
  await tell(tab.page, { type: 'CACHE_URLS', payload: { urlsToCache: ['/api/echo?cached'] } })

  // Workbox's own answer.
  expect(answer).toBe(true)
  expect(await tell(tab.page, { type: 'WHAT_WAS_HEARD' })).toEqual(
    expect.arrayContaining(['get-session', 'CACHE_URLS', 'WHAT_WAS_HEARD']),
  )
  expect((await tab.call('/from-the-app')).body).toBe('from the app itself')
  expect((await server.seen('/api/echo?cached')).map(({ token }) => token)).not.toContain('valid')
  expect(await tab.session()).toMatchObject({ status: 'active' })
})
