import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDemoServer } from './server.ts'
import { testServer, until } from './test-server.ts'

describe('the listener', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
  const hasIPv6 = addresses.some(({ address }) => address === '::1')

  test('is at both addresses of localhost', async () => {
    const { port, url } = await testServer()
    expect(url).toBe(`http://localhost:${port}`)
    for (const host of hasIPv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1']) {
      expect((await fetch(`http://${host}:${port}/api/public`)).status).toBe(200)
    }
  })

  test('is at no other address', async () => {
    const { port } = await testServer()
    const outside = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
    if (outside === undefined) return
    await expect(fetch(`http://${outside.address}:${port}/`)).rejects.toThrow(TypeError)
  })

  test('says so when the port is taken', async () => {
    const { port } = await testServer()
    await expect(startDemoServer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('ends open event streams and held requests when it closes', async () => {
    const server = await testServer()
    const { bearer } = await server.login()
    const stream = await server.get('/api/events', bearer)
    const events = stream.text()
    await server.post('/__demo/faults', { target: 'api', hold: true })
    const held = server.get('/api/orders', bearer)
    await until(() => server.state.stats.main.api.total === 2)
    const started = performance.now()
    const ends = Promise.all([expect(events).rejects.toThrow(), expect(held).rejects.toThrow()])
    await server.close()
    await ends
    expect(performance.now() - started).toBeLessThan(400)
    await expect(fetch(server.url)).rejects.toThrow(TypeError)
  })
})

describe('static files', () => {
  async function siteServer(): ReturnType<typeof testServer> {
    const folder = await mkdtemp(join(tmpdir(), 'demo-server-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'site/assets'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'not for you')
    for (const name of ['index.html', 'sw.js', 'manifest.webmanifest', 'icon.svg', 'assets/main.css']) {
      await writeFile(join(folder, 'site', name), `this is ${name}`)
    }
    return testServer({ staticDir: join(folder, 'site') })
  }

  test.each([
    ['/', 'text/html', 'index.html'],
    ['/?tab=2', 'text/html', 'index.html'],
    ['/sw.js', 'text/javascript', 'sw.js'],
    ['/manifest.webmanifest', 'application/manifest+json', 'manifest.webmanifest'],
    ['/icon.svg', 'image/svg+xml', 'icon.svg'],
    ['/assets/main.css', 'text/css', 'assets/main.css'],
  ])('%s is %s', async (path, type, name) => {
    const server = await siteServer()
    const response = await server.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toContain(type)
    expect(response.headers.get('Cache-Control')).toBe('no-cache')
    expect(await response.text()).toBe(`this is ${name}`)
  })

  test.each(['/nothing', '/assets/', '/%2e%2e/secret.txt', '/..%2fsecret.txt'])(
    '%s is not found',
    async (path) => {
      const server = await siteServer()
      expect((await server.get(path)).status).toBe(404)
    },
  )

  test('a page that is not built yet is said to be missing', async () => {
    const server = await testServer({ staticDir: join(tmpdir(), 'no-such-folder') })
    const response = await server.get('/')
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('Build it first')
  })
})
