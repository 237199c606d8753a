import assert from 'node:assert/strict'
import { Scenarios } from '../scenario.ts'

/** Requests that are left alone. */
export const bypass = new Scenarios()

bypass.add("exclude, credentials: 'omit' and #without-token: no token", async (world) => {
  const tab = await world.loggedIn()
  const statuses = await tab.evaluate(async () => {
    const all = [
      await window.lab.fetch('/lab/excluded/echo'),
      await window.lab.fetch('/lab/echo?omit', { credentials: 'omit' }),
      await window.lab.fetch('/lab/echo?marked#without-token'),
      await window.lab.fetch('/open/echo'),
    ]
    return all.map(({ status }) => status)
  })
  assert.deepEqual(statuses, [401, 401, 401, 200])
  assert.deepEqual([...new Set(world.site.all().map(({ token }) => token))], ['none'])
  assert.equal(await world.refreshes(), 0)
})

bypass.add('#without-token: XMLHttpRequest tells its upload progress', async (world) => {
  const tab = await world.loggedIn()
  const events = await tab.evaluate(async () => {
    let count = 0
    const watch = (request: XMLHttpRequest): void => {
      request.upload.onprogress = () => count++
    }
    await window.lab.xhr('POST', '/lab/echo#without-token', watch, 'Blob')
    return count
  })
  assert.ok(events > 0, 'no progress event')
})

bypass.add("a user's name that XMLHttpRequest is opened with is left alone", async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('GET', '/lab/echo?user', true, 'user', 'password')
        request.onloadend = resolve
        request.send()
      }),
  )
  assert.deepEqual(
    world.site.seen('/lab/echo?user').map(({ token }) => token),
    ['none'],
  )
  assert.equal(await world.refreshes(), 0)
})

bypass.add("the page's own Authorization is left alone", async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(() => window.lab.fetch('/lab/echo', { headers: { Authorization: 'Basic YTpi' } }))
  const [seen] = world.site.seen('/lab/echo')
  const own = seen?.headers.filter(([name]) => /^authorization$/i.test(name)).map(([, value]) => value)
  assert.deepEqual(own, ['Basic YTpi'])
})

bypass.add('a navigation to a protected URL is left alone', async (world) => {
  const tab = await world.loggedIn()
  await tab.goto(`${world.site.url}/lab/page.html`).catch(() => undefined)
  assert.equal((await world.arrived('/lab/page.html')).token, 'none')
  assert.equal(world.site.seen('/lab/page.html').length, 1)
})

bypass.add("a form's POST and a frame with a protected URL are left alone", async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(() => {
    void window.lab.load('iframe', { src: '/lab/page.html?framed' })
    const form = Object.assign(document.createElement('form'), { method: 'POST', action: '/lab/opened/echo' })
    document.documentElement.append(form)
    setTimeout(() => form.submit(), 300)
  })
  assert.equal((await world.arrived('/lab/page.html?framed')).token, 'none')
  assert.equal((await world.arrived('/lab/opened/echo')).token, 'none')
})

bypass.add('navigations: a page, a frame and a refresh before it get the token', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  assert.ok(await tab.evaluate(() => window.lab.load('iframe', { src: '/lab/opened/page.html?framed' })))
  const frame = world.site.seen('/lab/opened/page.html?framed').map(({ status }) => status)
  assert.deepEqual(frame, [401, 200])
  await tab.goto(`${world.site.url}/lab/opened/page.html?top`)
  assert.equal(await tab.evaluate(() => document.title), 'Protected page')
  const seen = world.site.seen('/lab/opened/page.html?top')
  assert.deepEqual(
    seen.map(({ token }) => token),
    ['valid'],
  )
})

bypass.add('navigations: with a stopped worker too, the first request has the token', async (world) => {
  const tab = await world.loggedIn()
  // Only Chromium's can be stopped, and only Chromium sends a navigation ahead of its worker.
  await world.profile.killWorkers?.()
  await tab.goto(`${world.site.url}/lab/opened/page.html?cold`)
  const seen = world.site.seen('/lab/opened/page.html?cold')
  assert.deepEqual(
    seen.map(({ token }) => token),
    ['valid'],
  )
})
