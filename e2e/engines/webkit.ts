import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngineMissing, expressionOf, resultOf, type Engine, type Profile, type Tab } from './engine.ts'
import { findWebKit } from './install.mjs'
import { fields, WebDriverSession } from './webdriver.ts'

/** ms between two looks at a result */
const POLL = 15
const START_LIMIT = 20_000

/** Debian's WebKitGTK: its MiniBrowser under Xvfb, by WebDriver. */
export async function startWebKit(): Promise<Engine> {
  const found = findWebKit()
  if (typeof found === 'string') throw new EngineMissing(found)
  const children: ChildProcess[] = []
  const stop = (): void => children.toReversed().forEach((child) => child.kill())
  // However this process ends, its browser does too.
  process.once('exit', stop)
  const close = async (): Promise<void> => stop()
  try {
    const display = await startDisplay(found.xvfb, children)
    const driver = await startDriver(found.driver, display, children)
    const open = (): Promise<WebDriverSession> =>
      WebDriverSession.start(driver, {
        'webkitgtk:browserOptions': { binary: found.browser, args: ['--automation'] },
      })
    const probe = await open()
    await probe.end()
    return { name: 'WebKitGTK', version: probe.version, open: async () => profileOf(await open()), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @returns the name of the display */
function startDisplay(xvfb: string, children: ChildProcess[]): Promise<string> {
  // It chooses a free number and writes it to the third file.
  const args = ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp']
  const child = spawn(xvfb, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  children.push(child)
  const pipe = child.stdio[3]
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new EngineMissing('Xvfb does not start')))
    pipe?.once('data', (line: Buffer) => resolve(`:${line.toString().trim()}`))
  })
}

async function startDriver(path: string, display: string, children: ChildProcess[]): Promise<string> {
  const port = await freePort()
  const env = {
    ...process.env,
    DISPLAY: display,
    // No bus, no accelerated drawing: there is neither here, and looking for them takes time.
    NO_AT_BRIDGE: '1',
    WEBKIT_DISABLE_DMABUF_RENDERER: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  }
  children.push(spawn(path, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' }))
  const url = `http://127.0.0.1:${port}`
  for (const end = Date.now() + START_LIMIT; ; await sleep(50)) {
    const answer = await fetch(`${url}/status`).catch(() => undefined)
    if (answer?.ok) return url
    if (Date.now() > end) throw new EngineMissing('WebKitWebDriver does not start')
  }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** The window that a session begins with stays as it is: a session ends with its last window. */
const profileOf = (session: WebDriverSession): Profile => ({
  newTab: async () => tabOf(session, await session.newWindow()),
  close: async () => void (await session.end()),
})

let count = 0

const tabOf = (session: WebDriverSession, window: string): Tab => ({
  goto: async (url) => void (await session.command(window, 'url', { url })),
  reload: async () => void (await session.command(window, 'refresh')),
  async evaluate(fn, ...args) {
    // Not WebDriver's own asynchronous scripts: the session could do nothing in another tab until one has ended.
    const key = `__result${++count}`
    await session.command(window, 'execute/sync', {
      script: `window.${key} = {}; ${expressionOf(fn, args)}.then(
        (value) => (window.${key} = { done: true, value }),
        (error) => (window.${key} = { done: true, error: String(error?.stack ? error + '\\n' + error.stack : error) }))`,
      args: [],
    })
    for (; ; await sleep(POLL)) {
      const result = fields(
        await session.command(window, 'execute/sync', { script: `return window.${key}`, args: [] }),
      )
      if (typeof result['error'] === 'string') throw new Error(result['error'])
      if (result['done'] === true) return resultOf(result['value'])
    }
  },
  close: () => session.closeWindow(window),
})
