import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { build as esbuild } from 'esbuild'
import { publint } from 'publint'
import { build as vite } from 'vite'
import { root } from '../demo-server/install-dependencies.mjs'
import { consumer } from './consumer.ts'

const PAGE = `
import { registerTokenBroker } from 'sw-token-broker/client'
const broker = await registerTokenBroker('/sw.js')
broker.addEventListener('login-required', (e) => location.assign(e.loginUrl ?? '/login'))
broker.addEventListener('session-changed', (e) => console.log(e.session.status))
`
const WORKER = `
import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()
`

const TSC = join(root, 'node_modules/typescript/bin/tsc')

/** An app of two files beside the installed package: the page's and the worker's. */
function makeApp(name: string): string {
  const app = join(consumer().folder, name)
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'page.ts'), PAGE)
  writeFileSync(join(app, 'worker.ts'), WORKER)
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  return app
}

async function bundled(source: string): Promise<string> {
  const { outputFiles } = await esbuild({
    stdin: { contents: source, resolveDir: consumer().folder, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    // As Vite does it: what an app may not need is loaded when it does.
    splitting: true,
    outdir: 'bundle',
    write: false,
  })
  return outputFiles.find(({ path }) => path.endsWith('stdin.js'))?.text ?? ''
}

test('the tarball holds the library, its README and its licence, and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', consumer().tarball], { encoding: 'utf8' }).trim().split('\n')

  const outside = files.filter(
    (file) =>
      !/^package\/(dist\/(sw|client|cli)\/.+\.(js|d\.ts|js\.map)|dist\/(worker|worker-oauth|client)\.js|dist\/third-party-licenses\.txt|package\.json|README\.md|LICENSE)$/.test(
        file,
      ),
  )
  expect(outside).toEqual([])
  expect(files.filter((file) => /test|testing/.test(file))).toEqual([])
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'dist/sw/index.js',
    'dist/sw/index.d.ts',
    'dist/client/index.js',
    'dist/cli/main.js',
    'dist/worker.js',
    'dist/worker-oauth.js',
  ])
    expect(files).toContain(`package/${name}`)
})

test('publint finds nothing to complain about', async () => {
  const { messages } = await publint({
    pkgDir: join(consumer().folder, 'node_modules/sw-token-broker'),
    pack: false,
    strict: true,
  })
  expect(messages).toEqual([])
})

for (const [moduleResolution, module] of [
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
] as const)
  test(`an app type-checks against it with moduleResolution ${moduleResolution}`, () => {
    const app = makeApp(`types-${moduleResolution}`)
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--types', '', '--module', module]
    flags.push('--moduleResolution', moduleResolution)
    for (const [file, lib] of [
      ['page.ts', 'DOM'],
      ['worker.ts', 'WebWorker'],
    ] as const)
      execFileSync(process.execPath, [TSC, ...flags, '--lib', `ES2022,${lib}`, file], {
        cwd: app,
        stdio: 'pipe',
      })
  })

test('Vite bundles page and worker without settings', async () => {
  const app = makeApp('vite-app')
  writeFileSync(join(app, 'index.html'), '<!doctype html><script type="module" src="/page.ts"></script>')
  await vite({ root: app, configFile: false, logLevel: 'error' })
  const worker = await vite({
    root: app,
    configFile: false,
    logLevel: 'error',
    build: { lib: { entry: 'worker.ts', formats: ['es'], fileName: 'sw' }, outDir: 'dist-worker' },
  })
  expect(worker).toBeTruthy()
})

test("the page's part knows nothing of stores, refresh tokens and Workbox", async () => {
  const page = await bundled(PAGE)
  for (const word of ['indexedDB', 'refresh_token', 'refreshToken', 'workbox', 'access_token'])
    expect(page).not.toContain(word)
})

test('it stays small', async () => {
  const sizes = { page: await bundled(PAGE), worker: await bundled(WORKER) }
  const report = Object.entries(sizes).map(
    ([part, text]) => `${part} ${text.length} B, gzip ${gzipSync(text).length} B`,
  )
  console.log(`      Minified: ${report.join('; ')}`)

  expect(gzipSync(sizes.page).length).toBeLessThan(4096)
  expect(gzipSync(sizes.worker).length).toBeLessThan(20 * 1024)
})
