import { expect, ONE_REFRESH, refreshCounts, test } from './test.ts'

for (const kind of ['json', 'form', 'blob'] as const)
  test(`a ${kind} body is replayed byte for byte`, async ({ tab, server }) => {
    await tab.login()
    await server.reset()
    await server.revoke()

    const answer = await tab.post('/api/echo', kind)

    expect(answer).toMatchObject({ status: 200, body: { method: 'POST', sha256: answer.sent } })
    expect(await server.seen('/api/echo')).toMatchObject([{ status: 401 }, { status: 200 }])
    expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
  })

test('50 uploads at once survive a revocation, each with its own bytes', async ({ tab, server }) => {
  await tab.login()
  await server.reset()
  await server.revoke()

  const answers = await tab.page.evaluate(() =>
    Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const kind = (['json', 'form', 'blob'] as const)[index % 3] ?? 'json'
        return window.harness.post(`/api/upload?${index}`, kind)
      }),
    ),
  )

  for (const { status, body, sent } of answers)
    expect({ status, body }).toMatchObject({ status: 200, body: { sha256: sent } })
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})

test('method, headers and query arrive as the page sent them', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()

  const { body } = await tab.call('/api/echo?a=1&b=%C3%BC', {
    method: 'PUT',
    headers: { 'X-Request-Id': 'r-1', 'Content-Type': 'application/x-custom' },
    body: 'text',
  })

  expect(body).toMatchObject({
    method: 'PUT',
    bytes: 4,
    headers: { 'x-request-id': 'r-1', 'content-type': 'application/x-custom', referer: `${server.url}/` },
  })
})

test('XMLHttpRequest is answered like fetch', async ({ tab, server }) => {
  await tab.login()
  await server.revoke()

  const text = await tab.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const request = new XMLHttpRequest()
        request.open('POST', '/api/echo')
        request.onloadend = () => resolve(request.responseText)
        request.send('from XHR')
      }),
  )

  expect(JSON.parse(text)).toMatchObject({ method: 'POST', bytes: 8, authorization: 'valid' })
})

test('an aborted call rejects with AbortError, and the refresh it caused goes on', async ({
  tab,
  server,
}) => {
  await tab.login()
  await server.reset()
  await server.revoke()
  await server.fault({ target: 'refresh', hold: true })
  await tab.page.evaluate(() => {
    const controller = new AbortController()
    Object.assign(window, { abort: () => controller.abort() })
    window.harness.pending.set('call', window.harness.call('/api/echo', { signal: controller.signal }))
  })
  await expect.poll(async () => (await refreshCounts(server)).refreshAttempts).toBe(1)

  const answer = await tab.page.evaluate(() => {
    if ('abort' in window && typeof window.abort === 'function') window.abort()
    return window.harness.pending.get('call')
  })
  await server.release()

  expect(answer?.error).toContain('AbortError')
  expect((await tab.call('/api/echo?next')).status).toBe(200)
  expect(await refreshCounts(server)).toEqual(ONE_REFRESH)
})
