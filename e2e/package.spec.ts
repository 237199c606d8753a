import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { publint } from 'publint'
import { build as vite } from 'vite'
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

/** An app of two files beside the installed package: the page's and the worker's. */
function makeApp(name: string): string {
  const app = join(consumer().folder, name)
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'page.ts'), PAGE)
  writeFileSync(join(app, 'worker.ts'), WORKER)
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  return app
}

test('the tarball holds the library, its README and docs and its licence, and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', consumer().tarball], { encoding: 'utf8' }).trim().split('\n')

  console.log(
    `      ${files.length} files, ${(statSync(consumer().tarball).size / 1000).toFixed(0)} kB packed`,
  )
  const outside = files.filter(
    (file) =>
      !/^package\/(dist\/(sw|client|cli)\/.+\.(js|d\.ts|js\.map)|dist\/(worker|worker-oauth|worker-presets|kill-worker|client)\.js|dist\/third-party-licenses\.txt|docs\/[\w-]+\.md|package\.json|README\.md|LICENSE)$/.test(
        file,
      ),
  )
  expect(outside).toEqual([])
  expect(files.filter((file) => /\.test\.|sw\/testing/.test(file))).toEqual([])
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    'docs/errors.md',
    'dist/sw/index.js',
    'dist/sw/index.d.ts',
    'dist/client/index.js',
    'dist/cli/main.js',
    'dist/worker.js',
    'dist/worker-oauth.js',
    'dist/kill-worker.js',
    'dist/sw/page/uninstall.js',
    'dist/client/testing/index.js',
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
