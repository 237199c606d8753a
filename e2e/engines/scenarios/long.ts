import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { Scenarios } from '../scenario.ts'
import type { World } from '../world.ts'

/**
 * Answers that take 90 s. Firefox ends a worker 30 s after the last event, and with it the answers that still come
 * through it, unless the page keeps the worker alive for as long as they last.
 */
export const long = new Scenarios()

const SECONDS = 90

/** @returns what the page has kept under `result` in the end */
async function watch(world: World, act: (seconds: number) => void): Promise<unknown> {
  const tab = await world.loggedIn()
  await tab.evaluate(act, SECONDS)
  await sleep((SECONDS + 5) * 1000)
  return tab.evaluate(() => window.lab.kept['result'])
}

long.add(`a download of ${SECONDS} s`, async (world) => {
  const result = await watch(world, (seconds) => {
    void window.lab.fetch(`/lab/stream?chunks=${seconds}&ms=1000&size=999`).then(({ text, error }) => {
      window.lab.kept['result'] = error ?? text.length
    })
  })
  assert.equal(result, SECONDS * 1000)
})

long.add(`an event stream of ${SECONDS} s`, async (world) => {
  const result = await watch(world, (seconds) => {
    const source = new EventSource(`/lab/events?ms=1000&count=${seconds}`)
    let events = 0
    let opened = 0
    source.onopen = () => opened++
    source.onmessage = () => events++
    setTimeout(() => {
      source.close()
      window.lab.kept['result'] = { opened, enough: events >= seconds - 5 }
    }, seconds * 1000)
  })
  assert.deepEqual(result, { opened: 1, enough: true })
})

long.add(`a sound that arrives in ${SECONDS} s`, async (world) => {
  const result = await watch(world, (seconds) => {
    const audio = new Audio(`/lab/slow.wav?seconds=${seconds}`)
    audio.muted = true
    document.documentElement.append(audio)
    audio.onerror = () => (window.lab.kept['result'] = audio.error?.message ?? 'error')
    void audio.play()
    setTimeout(() => (window.lab.kept['result'] ??= audio.currentTime > seconds / 2), seconds * 1000)
  })
  assert.equal(result, true)
  assert.equal(world.site.seen('/lab/slow.wav').length, 1)
})

long.add('a session outlives its worker: 75 s without a request', async (world) => {
  const tab = await world.loggedIn()
  await sleep(75_000)
  assert.deepEqual(world.site.all(), [])
  const { status } = await tab.evaluate(() => window.lab.fetch('/lab/echo'))
  assert.equal(status, 200)
  assert.equal(await world.refreshes(), 0)
})
