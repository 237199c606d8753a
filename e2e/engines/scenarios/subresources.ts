import assert from 'node:assert/strict'
import type { World } from '../world.ts'
import { everywhere, Scenarios } from '../scenario.ts'

/** What a page asks for by its elements and style sheets. */
export const subresources = new Scenarios()

/** An element that loads: the server has seen the token, and nothing was sent without. */
function element(title: string, tag: string, attributes: Record<string, string>, path: string): void {
  subresources.add(title, async (world) => {
    const tab = await world.loggedIn()
    assert.ok(await tab.evaluate((...args) => window.lab.load(...args), tag, attributes), 'it did not load')
    await hasToken(world, path)
  })
}

async function hasToken(world: World, path: string): Promise<void> {
  await world.arrived(path)
  const kinds = world.site.seen(path).map(({ token, status }) => [token, status])
  assert.ok(kinds.length > 0)
  for (const kind of kinds) assert.deepEqual(kind, ['valid', 200])
}

element('<img>', 'img', { src: '/lab/image.png' }, '/lab/image.png')
element('<script>', 'script', { src: '/lab/script.js' }, '/lab/script.js')
element('<script type=module>', 'script', { src: '/lab/module.js', type: 'module' }, '/lab/module.js')
element('<link rel=stylesheet>', 'link', { href: '/lab/style.css', rel: 'stylesheet' }, '/lab/style.css')
element('<iframe>: subresources', 'iframe', { src: '/frame.html' }, '/lab/image.png?in-frame')

subresources.add('<img> after a revocation: shown, after one refresh', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  assert.ok(await tab.evaluate(() => window.lab.load('img', { src: '/lab/image.png' })))
  assert.deepEqual(
    world.site.seen('/lab/image.png').map(({ status }) => status),
    [401, 200],
  )
  assert.equal(await world.refreshes(), 1)
})

subresources.add('<picture>', async (world) => {
  const tab = await world.loggedIn()
  const width = await tab.evaluate(async () => {
    document.documentElement.insertAdjacentHTML(
      'beforeend',
      '<picture><source srcset="/lab/image.png?source" type="image/png"><img src="/lab/image.png" alt=""></picture>',
    )
    const image = document.querySelector('picture img')
    if (!(image instanceof HTMLImageElement)) return 0
    await image.decode()
    return image.naturalWidth
  })
  assert.equal(width, 8)
  await hasToken(world, '/lab/image.png?source')
})

subresources.add('CSS: background, @import, picture of a protected style sheet', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(() => {
    const text = `@import '/lab/style.css'; #plain { background: url(/lab/image.png?background); height: 9px }`
    document.documentElement.insertAdjacentHTML(
      'beforeend',
      `<style>${text}</style><p id="plain"></p><p id="styled">.</p>`,
    )
  })
  await hasToken(world, '/lab/style.css')
  await hasToken(world, '/lab/image.png?background')
  await hasToken(world, '/lab/image.png?from-style-sheet')
})

subresources.add('CSS: font', async (world) => {
  const tab = await world.loggedIn()
  await tab.evaluate(async () => {
    await new FontFace('Letters', 'url(/lab/font.woff2)').load().catch(() => undefined)
  })
  await hasToken(world, '/lab/font.woff2')
})

for (const tag of ['audio', 'video'])
  subresources.add(`<${tag}>: Range, 206, seeking`, async (world) => {
    const tab = await world.loggedIn()
    const position = await tab.evaluate(async (name) => {
      const media = document.createElement(name)
      if (!(media instanceof HTMLMediaElement)) return -1
      const event = (type: string): Promise<unknown> =>
        new Promise((resolve, reject) => {
          media.addEventListener(type, resolve, { once: true })
          media.addEventListener('error', () => reject(new Error(media.error?.message)))
        })
      media.muted = true
      media.preload = 'auto'
      media.src = '/lab/sound.wav'
      document.documentElement.append(media)
      await event('loadeddata')
      const seeked = event('seeked')
      media.currentTime = 500
      await seeked
      return media.currentTime
    }, tag)
    assert.ok(Math.abs(position - 500) < 1, `it is at ${position}`)
    const seen = world.site.seen('/lab/sound.wav')
    for (const { token, status, headers } of seen) {
      assert.equal(token, 'valid')
      const asksForRange = headers.some(([name]) => /^range$/i.test(name))
      assert.equal(status, asksForRange ? 206 : 200)
    }
    assert.ok(seen.some(({ status }) => status === 206))
  })

subresources.add(
  '<object data>, <embed>',
  async (world) => {
    const tab = await world.loggedIn()
    await tab.evaluate(() => {
      void window.lab.load('object', { data: '/lab/image.png', type: 'image/png' })
    })
    await hasToken(world, '/lab/image.png')
  },
  everywhere('object and embed never reach a worker (Service Workers, Implementer Concerns)'),
)

subresources.add('download by fetch and blob', async (world) => {
  const tab = await world.loggedIn()
  await world.demo.revoke()
  const size = await tab.evaluate(async () => {
    const blob = await (await fetch('/api/download')).blob()
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    return (await (await fetch(link.href)).arrayBuffer()).byteLength
  })
  assert.equal(size, 2 ** 20)
})
