import assert from 'node:assert/strict'
import type { WireStats } from '../../../demo-server/wire/sessions.ts'
import { Scenarios } from '../scenario.ts'
import type { Tab } from '../engine.ts'
import type { World } from '../world.ts'

/** Tokens in the query of a URL, at the demo server's API that takes them there. */
export const queries = new Scenarios()

const BASE = '/wire/anywhere'

async function loggedIn(world: World): Promise<{ tab: Tab; token: string }> {
  const worker = encodeURIComponent('/sw-wire.js?variant=anywhere')
  const tab = await world.blank(`${world.demo.url}/?worker=${worker}`)
  assert.equal(await tab.evaluate(() => window.outcome), 'ready')
  const token = await tab.evaluate(async (url) => {
    const init = { method: 'POST', body: JSON.stringify({ username: 'alice' }) }
    const { body } = await window.harness.call(url, init)
    return typeof body === 'object' && body !== null ? String(Reflect.get(body, 'access_token')) : ''
  }, `${BASE}/login`)
  assert.match(token, /held-by-sw-token-broker-/)
  return { tab, token }
}

/** All the calls of the API had a good token, and none a placeholder. */
async function onlyTokens(world: World): Promise<void> {
  const stats: WireStats = await (await fetch(`${world.demo.url}/wire/__anywhere`)).json()
  assert.deepEqual(stats.placeholders, [])
  assert.ok(stats.calls.valid > 0)
  assert.deepEqual([stats.calls.refused, stats.calls.anonymous], [0, 0])
}

queries.add('a token in the query: the server gets it, the page does not see it', async (world) => {
  const { tab, token } = await loggedIn(world)
  const url = `${world.demo.url}${BASE}/api/me?token=${token}&a=1`
  const seen = await tab.evaluate(async (address) => {
    const response = await fetch(address, { method: 'POST', body: 'hello' })
    const xhr = new XMLHttpRequest()
    xhr.open('GET', address)
    await new Promise((resolve) => {
      xhr.onloadend = resolve
      xhr.send()
    })
    return { body: await response.json(), urls: [response.url, xhr.responseURL], status: xhr.status }
  }, url)
  assert.deepEqual(seen, { body: { query: ['token', 'a'], body: 'hello' }, urls: [url, url], status: 200 })
  await onlyTokens(world)
})

queries.add('a token in the query of <img>, <audio> with Range and seeking, EventSource', async (world) => {
  const { tab, token } = await loggedIn(world)
  const outcome = await tab.evaluate(
    async (base, value) => {
      const image = new Image()
      image.src = `${base}/api/cover.png?token=${value}`
      await image.decode()
      const audio = new Audio(`${base}/api/song.wav?token=${value}`)
      audio.preload = 'auto'
      const on = (target: EventTarget, type: string): Promise<Event> =>
        new Promise((resolve, reject) => {
          target.addEventListener(type, resolve, { once: true })
          target.addEventListener('error', () => reject(new Error(`no ${type}`)), { once: true })
        })
      await on(audio, 'loadeddata')
      const sought = on(audio, 'seeked')
      audio.currentTime = audio.duration / 2
      await sought
      const events = new EventSource(`${base}/api/events?token=${value}`)
      const message = await on(events, 'message')
      events.close()
      return [image.naturalWidth > 0, message instanceof MessageEvent && message.data]
    },
    BASE,
    token,
  )
  assert.deepEqual(outcome, [true, 'hello'])
  await onlyTokens(world)
})
