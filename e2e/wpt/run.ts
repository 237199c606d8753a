// Runs Web Platform Tests on pages without a worker, behind a bare one and behind the broker, and prints what passes
// with one of the first two and fails with the last. The tests' own server must run: `./wpt serve` in their folder.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startChromium } from '../engines/chromium.ts'
import type { Engine, Profile, Tab } from '../engines/engine.ts'
import { startFirefox } from '../engines/firefox.ts'
import { within } from '../bench/within.ts'
import { testsIn, type WebPlatformTest } from './list.ts'

const { values } = parseArgs({
  options: {
    tests: { type: 'string' },
    folder: { type: 'string', multiple: true, default: ['fetch/api', 'xhr', 'eventsource'] },
    only: { type: 'string', default: '' },
    engine: { type: 'string', default: 'Chromium' },
    origin: { type: 'string', default: 'https://web-platform.test:8443' },
  },
})
if (values.tests === undefined) throw new Error('--tests says where web-platform-tests are')
const root = values.tests
const OURS = 'sw-token-broker'
const PAGES_AT_ONCE = 4
/** What testharness.js takes at most, and some more; ms. */
const LIMIT = { short: 13_000, long: 65_000 }

const FILES = {
  'blank.html': '<!doctype html>',
  'login.py': `def main(request, response):
    return [(b"Content-Type", b"application/json")], b'{"access_token":"wpt","expires_in":3600,"refresh_token":"wpt"}'`,
  'bare.js': `addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => event.respondWith(fetch(event.request)))`,
  'sw-token-broker.config.js': `swTokenBroker.createTokenBroker({
  protect: ['/'],
  auth: swTokenBroker.jsonEndpoints({ login: '/${OURS}/login.py', refresh: '/${OURS}/login.py?refresh' }),
}).start()`,
  '__dir__.headers': 'Service-Worker-Allowed: /',
}
const SETUPS = { none: undefined, bare: 'bare.js', broker: 'worker.js' }

/** The outcome of each subtest by its name; 0 is a pass. */
type Outcome = Record<string, number>

mkdirSync(join(root, OURS), { recursive: true })
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(root, OURS, name), text)
copyFileSync(new URL('../../dist/worker.js', import.meta.url), join(root, OURS, 'worker.js'))
const tests = values.folder
  .flatMap((folder) => testsIn(root, folder))
  .filter(({ path }) => path.includes(values.only))
const engine = await (values.engine === 'Firefox' ? startFirefox : startChromium)()
console.log(`${engine.name} ${engine.version}: ${tests.length} pages`)
try {
  const none = await outcomes(engine, SETUPS.none)
  const bare = await outcomes(engine, SETUPS.bare)
  const broker = await outcomes(engine, SETUPS.broker)
  let [count, differences] = [0, 0]
  for (const { path } of tests) {
    const [without, passed, ours] = [none, bare, broker].map((all) => all.get(path) ?? {})
    for (const name of Object.keys({ ...without, ...passed })) {
      count++
      const passes = [without?.[name] === 0 ? 'no worker' : '', passed?.[name] === 0 ? 'bare' : '']
      if (ours?.[name] === 0 || !passes.some(Boolean)) continue
      differences++
      console.log(`${path}\n  passes with ${passes.filter(Boolean).join(', ')}: ${name}`)
    }
  }
  console.log(`${count} subtests, ${differences} of them fail behind the broker alone, or behind any worker`)
} finally {
  await engine.close()
  rmSync(join(root, OURS), { recursive: true })
}

/** Runs all tests on pages that `worker` controls. */
async function outcomes(browser: Engine, worker: string | undefined): Promise<Map<string, Outcome>> {
  const found = new Map<string, Outcome>()
  const waiting = [...tests]
  const work = async (): Promise<void> => {
    let page: { profile: Profile; tab: Tab } | undefined
    for (let test = waiting.shift(); test; test = waiting.shift()) {
      try {
        page ??= await openPage(browser, worker)
        found.set(test.path, await outcomeOf(page.tab, test))
      } catch {
        await page?.profile.close().catch(() => undefined)
        page = undefined
      }
    }
    await page?.profile.close()
  }
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work))
  return found
}

/** A blank page that opens the tests as windows of its own, of which they tell it their results. */
async function openPage(
  browser: Engine,
  worker: string | undefined,
): Promise<{ profile: Profile; tab: Tab }> {
  const profile = await browser.open()
  const tab = await profile.newTab()
  await tab.goto(`${values.origin}/${OURS}/blank.html`)
  const start = async (folder: string, script: string): Promise<void> => {
    await navigator.serviceWorker.register(`/${folder}/${script}`, { scope: '/' })
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
    await fetch(`/${folder}/login.py`, { method: 'POST' })
  }
  if (worker !== undefined) await within(20_000, tab.evaluate(start, OURS, worker))
  return { profile, tab }
}

function outcomeOf(tab: Tab, { path, isLong }: WebPlatformTest): Promise<Outcome> {
  const limit = isLong ? LIMIT.long : LIMIT.short
  const run = (url: string, ms: number): Promise<Outcome> =>
    new Promise((resolve) => {
      const opened = window.open(url)
      const end = (outcome: Outcome): void => {
        opened?.close()
        removeEventListener('message', listen)
        resolve(outcome)
      }
      const listen = ({ source, data }: MessageEvent): void => {
        if (source !== opened || data.type !== 'complete') return
        const results: { name: string; status: number }[] = data.tests
        end(Object.fromEntries(results.map(({ name, status }) => [name, status])))
      }
      addEventListener('message', listen)
      setTimeout(() => end({}), ms)
    })
  return within(limit + 10_000, tab.evaluate(run, path, limit))
}
