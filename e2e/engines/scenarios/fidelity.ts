import assert from 'node:assert/strict'
import type { Answer } from '../app/lab.ts'
import { SAMPLES, type Sample } from '../app/lab-requests.ts'
import type { Tab } from '../engine.ts'
import type { Seen } from '../lab-server.ts'
import { everywhere, Scenarios } from '../scenario.ts'
import type { World } from '../world.ts'

/**
 * The same page makes the same requests twice: through a worker that passes them on as they are, and through the broker.
 * What arrives differs in `Authorization` alone, what comes back in nothing.
 */
export const fidelity = new Scenarios()

fidelity.add(
  'fetch: the server sees nothing else but Authorization, the page the same answer',
  async (world) => {
    const [bare, broker] = await inBoth(world, sendAll)
    for (const [index, { title }] of SAMPLES.entries()) {
      const [expected, actual] = [bare[index], broker[index]]
      assert.deepEqual(actual?.seen.map(wire), expected?.seen.map(wire), title)
      assert.deepEqual(plainError(actual?.answer), plainError(expected?.answer), title)
    }
  },
)

/** Of an answer that breaks off WebKit says now that the worker's failed, now that the server's did. */
const plainError = (answer: Answer | undefined): unknown => ({
  ...answer,
  error: answer?.error?.replace(/:.*/, ''),
})

const BY_TAGS = [
  'image.png',
  'script.js',
  'style.css',
  'font.woff2',
  'sound.wav',
  'events',
  'xhr',
  'beacon',
  'echo',
]

fidelity.add(
  'tags, XHR, EventSource: nothing else but Authorization, Sec-Fetch-Mode, -Dest, Sec-CH-UA',
  async (world) => {
    const [bare, broker] = await inBoth(world, loadAll)
    // Firefox ranks a picture by where it stands at that moment, so `Priority` differs with a page's layout.
    const own = /^(priority|sec-(fetch-(mode|dest)|ch-ua.*))$/i
    // Older ones (Chromium 150, Firefox 140) do not yet treat a media element's range as Fetch says when passed on.
    const ofMedia = /^(range|accept-encoding)$/i
    const plain = (seen: Seen): unknown =>
      wire({
        ...seen,
        headers: seen.headers.filter(
          ([name]) => !own.test(name) && !(seen.path.includes('sound.wav') && ofMedia.test(name)),
        ),
      })
    assert.deepEqual(broker.map(plain), bare.map(plain))
  },
)

fidelity.add(
  'tags: nothing else but Authorization',
  async (world) => {
    const [bare, broker] = await inBoth(world, loadAll)
    assert.deepEqual(broker.map(wire), bare.map(wire))
  },
  everywhere(
    "'no-cors' drops Authorization, and a request with another mode is sent with Sec-Fetch-Dest: empty",
  ),
)

/** In the same page, first under the bare worker and then under the broker. */
async function inBoth<Value>(
  world: World,
  act: (world: World, tab: Tab) => Promise<Value>,
): Promise<[bare: Value, broker: Value]> {
  const page = `${world.site.url}/lab.html`
  const tab = await world.blank(page)
  await tab.evaluate(() => window.lab.bare())
  const bare = await act(world, tab)
  await tab.evaluate(() => window.lab.unregister())
  await tab.goto('about:blank')
  await tab.goto(page)
  await world.control(tab)
  await tab.evaluate(() => window.lab.login())
  return [bare, await act(world, tab)]
}

/** The bare worker has no token, so these go to where the server wants none. */
async function sendAll(world: World, tab: Tab): Promise<{ seen: Seen[]; answer: Answer }[]> {
  await world.forget()
  const answers = await tab.evaluate(
    (samples: Sample[]) =>
      Promise.all(
        samples.map(({ path = 'echo', init, body }, index) => {
          const url = `/lab/anyone/${path}${path.includes('?') ? '&' : '?'}sample=${index}`
          return window.lab.fetch(url, { ...init, ...(body && { body: window.lab.body(body) }) })
        }),
      ),
    SAMPLES,
  )
  return answers.map((answer, index) => ({
    answer,
    seen: world.site.all().filter(({ path }) => path.endsWith(`sample=${index}`)),
  }))
}

/** @returns the requests in the order of `BY_TAGS` */
async function loadAll(world: World, tab: Tab): Promise<Seen[]> {
  await world.forget()
  await tab.evaluate(async () => {
    // A browser keeps pictures in memory.
    const at = (path: string): string => `/lab/anyone/${path}?at=${Date.now()}`
    await window.lab.load('img', { src: at('image.png') })
    await window.lab.load('script', { src: at('script.js') })
    await window.lab.load('link', { href: at('style.css'), rel: 'stylesheet' })
    await new FontFace('Letters', `url(${at('font.woff2')})`).load().catch(() => undefined)
    await window.lab.load('audio', { src: at('sound.wav'), preload: 'auto' })
    await window.lab.xhr('POST', at('xhr'), (request) => request.setRequestHeader('X-Custom', '1'), 'json')
    await window.lab.fetch(at('echo'), { mode: 'no-cors', method: 'POST', body: 'x' })
    navigator.sendBeacon(at('beacon'), 'left')
    await new Promise<void>((resolve) => {
      const source = new EventSource(at('events'))
      source.onmessage = () => {
        source.close()
        resolve()
      }
    })
  })
  const seen: Seen[] = []
  for (const path of BY_TAGS) seen.push(await world.arrived(`/lab/anyone/${path}`))
  return seen
}

/** Header names are compared without regard to case, as HTTP does, and in any order. */
function wire({ method, path, headers, bytes, sha256 }: Seen): unknown {
  const compared = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => name !== 'authorization')
    .map(([name, value]): [string, string] => [name, value.replace(/boundary=.*/, 'boundary=…')])
    // Firefox draws boundaries of different lengths, so the same form is not always as long.
    .map(([name, value]): [string, string] => [name, isLength(name, value) ? 'as long as the body' : value])
    // Another connection is none of the worker's business.
    .filter(([name]) => name !== 'connection')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return { method, path: path.replace(/at=.*/, 'at=…'), headers: compared, sha256 }

  function isLength(name: string, value: string): boolean {
    return name === 'content-length' && value === String(bytes)
  }
}
