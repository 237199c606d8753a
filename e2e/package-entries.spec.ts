import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core'
import { expect, test } from '@playwright/test'
import { build } from 'esbuild'
import { consumer } from './consumer.ts'
import { runTsc } from './run-tsc.ts'

interface Entry {
  /** Where an app imports it. */
  lib: 'DOM' | 'WebWorker'
  /** What an app writes. */
  use: string
  /** What the bundle of that may weigh at most, minified and gzipped, kB of 1000 bytes; none where `bundle-size.ts` says it. */
  limit?: number
  /** What must not be in that bundle. */
  without: string[]
}

const STORE = ['indexedDB', 'idb-keyval']
const TOKENS = ['refresh_token', 'refreshToken', 'access_token', 'accessToken']

/** Every entry of `exports` with a module behind it; who adds one adds it here. */
const ENTRIES: Record<string, Entry> = {
  './sw': {
    lib: 'WebWorker',
    use: `import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
createTokenBroker({
  protect: ['/api/'],
  auth: jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' }),
  loginUrl: '/login',
}).start()`,
    without: ['code_verifier', 'dpop+jwt', 'well-known'],
  },
  './oauth': {
    lib: 'WebWorker',
    use: `import { createTokenBroker } from 'sw-token-broker/sw'
import { oauth } from 'sw-token-broker/oauth'
createTokenBroker({ protect: ['/api/'], auth: oauth({ issuer: 'https://id.example', clientId: 'spa' }) }).start()`,
    without: [],
  },
  './presets': {
    lib: 'WebWorker',
    use: `import { createTokenBroker, jsonEndpoints } from 'sw-token-broker/sw'
import { directus } from 'sw-token-broker/presets'
createTokenBroker({
  protect: ['https://cms.example'],
  auth: jsonEndpoints(directus({ base: 'https://cms.example' })),
}).start()`,
    limit: 26,
    without: ['code_verifier', 'supabase'],
  },
  './client': {
    lib: 'DOM',
    use: `import { registerTokenBroker } from 'sw-token-broker/client'
const broker = await registerTokenBroker('/sw.js')
broker.addEventListener('login-required', (e) => location.assign(e.loginUrl ?? '/login'))
broker.addEventListener('session-changed', (e) => console.log(e.session.status))`,
    without: [...STORE, ...TOKENS, 'workbox'],
  },
  './uninstall': {
    lib: 'DOM',
    use: `import { uninstallTokenBroker } from 'sw-token-broker/uninstall'
await uninstallTokenBroker()`,
    limit: 1.5,
    without: [...TOKENS, 'workbox', 'idb-keyval'],
  },
  './inspector': {
    lib: 'DOM',
    use: `import { showInspector } from 'sw-token-broker/inspector'
import { registerTokenBroker } from 'sw-token-broker/client'
const broker = await registerTokenBroker('/sw.js')
showInspector(broker)
document.createElement('token-broker-inspector').broker = broker
const { session, timeline } = await broker.inspect()
console.log(session.status, timeline.length)`,
    limit: 7.3,
    without: [...STORE, ...TOKENS, 'workbox'],
  },
  './testing': {
    lib: 'DOM',
    use: `import { fakeTokenBroker, setSession } from 'sw-token-broker/testing'
const broker = fakeTokenBroker('logged-in', { subject: 'alice' })
broker.become('lost')
export const prepare = (page: Parameters<typeof setSession>[0]) => setSession(page, 'about-to-expire')`,
    limit: 2.5,
    without: ['workbox', 'idb-keyval'],
  },
}

/** Classic scripts, without types. */
const SCRIPTS = ['./worker.js', './kill-worker.js']

/** The files of one piece, and what they may weigh. */
const FILES = {
  'worker.js': 24.5,
  'worker-oauth.js': 37,
  'worker-presets.js': 25.5,
  'kill-worker.js': 1.5,
  'client.js': 8.9,
}

const installed = (): string => join(consumer().folder, 'node_modules/sw-token-broker')

const weight = (code: string | Buffer): number => gzipSync(code).length / 1000

test('the entries are these, and there is no main one', () => {
  const manifest: { exports: object } = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8'))
  expect(Object.keys(manifest.exports).sort()).toEqual(
    [...Object.keys(ENTRIES), ...SCRIPTS, './package.json'].sort(),
  )
})

for (const [name, { use, limit, without }] of Object.entries(ENTRIES))
  test(`${name} stays small, and has nothing in it that does not belong there`, async () => {
    const { outputFiles } = await build({
      stdin: { contents: use, resolveDir: consumer().folder, loader: 'ts' },
      bundle: true,
      minify: true,
      format: 'esm',
      define: { 'process.env.NODE_ENV': '"production"' },
      // As Vite does it: what an app may not need is loaded when it does.
      splitting: true,
      outdir: 'bundle',
      write: false,
    })
    const code = outputFiles.find(({ path }) => path.endsWith('stdin.js'))?.text ?? ''
    expect(code).toContain('sw-token-broker')
    for (const word of without) expect(code).not.toContain(word)
    if (limit === undefined) return
    console.log(`      ${name}: ${weight(code).toFixed(2)} of ${limit} kB`)
    expect(weight(code)).toBeLessThan(limit)
  })

test('the files that init copies stay small', () => {
  for (const [file, limit] of Object.entries(FILES)) {
    const size = weight(readFileSync(join(installed(), 'dist', file)))
    console.log(`      ${file}: ${size.toFixed(1)} of ${limit} kB`)
    expect(size).toBeLessThan(limit)
  }
})

test('whoever resolves a type finds the right one', async () => {
  const pkg = createPackageFromTarballData(readFileSync(consumer().tarball))
  const result = await checkPackage(pkg, { excludeEntrypoints: [...SCRIPTS, './package.json'] })
  expect(result.types).toBeTruthy()
  const problems: Problem[] = 'problems' in result ? result.problems : []
  // The package is made of modules alone, and its entries need `exports`.
  const isExpected = ({ kind }: Problem): boolean => kind === 'CJSResolvesToESM' || kind === 'NoResolution'
  const isOfOldNode = (problem: Problem): boolean =>
    'resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)
  expect(problems.filter((problem) => !(isExpected(problem) && isOfOldNode(problem)))).toEqual([])
})

/** TypeScript 7 is quick enough to look at pages and workers apart, as an app does. */
const COMPILERS = {
  '5.9': { path: 'typescript-5.9/lib/tsc.js', programs: [['DOM', 'WebWorker']] },
  '6': { path: 'typescript-6/lib/tsc.js', programs: [['DOM', 'WebWorker']] },
  '7': { path: 'typescript/bin/tsc', programs: [['DOM'], ['WebWorker']] },
}

for (const [version, { path, programs }] of Object.entries(COMPILERS))
  for (const [moduleResolution, module] of [
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ] as const)
    test(`an app type-checks with TypeScript ${version} and moduleResolution ${moduleResolution}`, async () => {
      test.slow()
      const app = join(consumer().folder, `types-${version}-${moduleResolution}`)
      mkdirSync(app)
      writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
      for (const libs of programs) {
        const entries = Object.entries(ENTRIES).filter(([, { lib }]) => libs.includes(lib))
        const files = entries.map(([name]) => `${name.slice(2)}.ts`)
        for (const [index, [, { use }]] of entries.entries())
          writeFileSync(join(app, files[index] ?? ''), use)
        const compilerOptions = {
          noEmit: true,
          strict: true,
          skipDefaultLibCheck: true,
          target: 'es2022',
          lib: ['ES2022', ...libs],
          types: [],
          module,
          moduleResolution,
        }
        writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
        await runTsc(path, app)
      }
    })
