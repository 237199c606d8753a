import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from '../demo-server/install-dependencies.mjs'

export interface Bundle {
  name: string
  /** What an app writes. */
  source: string
  /** The most that it may weigh, min + gzip, bytes. */
  budget: number
  /** What it should weigh. */
  goal: number
}

const worker = (imports: string, auth: string): string => `
import { createTokenBroker${imports}
createTokenBroker({ protect: ['/api/'], auth: ${auth}, loginUrl: '/login' }).start()
`

export const BUNDLES: readonly Bundle[] = [
  {
    name: 'client',
    source: `
import { registerTokenBroker } from 'sw-token-broker/client'
const broker = await registerTokenBroker('/sw.js')
broker.addEventListener('login-required', (e) => location.assign(e.loginUrl ?? '/login'))
broker.addEventListener('session-changed', (e) => console.log(e.session.status))
`,
    budget: 4100,
    goal: 1000,
  },
  {
    name: 'worker with jsonEndpoints',
    source: worker(
      `, jsonEndpoints } from 'sw-token-broker/sw'`,
      `jsonEndpoints({ login: '/auth/login', refresh: '/auth/refresh', logout: '/auth/logout' })`,
    ),
    budget: 24_500,
    goal: 5000,
  },
  {
    name: 'worker with oauth and DPoP',
    source: worker(
      ` } from 'sw-token-broker/sw'\nimport { oauth } from 'sw-token-broker/oauth'`,
      `oauth({ issuer: 'https://id.example.com', clientId: 'spa', dpop: true })`,
    ),
    budget: 31_000,
    goal: 13_500,
  },
]

/** Bytes of each module in a bundle, minified. */
export type Modules = Record<string, number>

/** @param folder of an app that has the library installed, or of the library itself */
export async function sizeOf(source: string, folder: string): Promise<{ bytes: number; modules: Modules }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: folder, loader: 'ts' },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    // As Vite does it: what an app may not need is loaded when it does.
    splitting: true,
    outdir: 'bundle',
    write: false,
    metafile: true,
  })
  const code = outputFiles.find(({ path }) => path.endsWith('stdin.js'))?.contents ?? new Uint8Array()
  const { inputs = {} } = metafile.outputs['bundle/stdin.js'] ?? {}
  return {
    bytes: gzipSync(code, { level: 9 }).length,
    modules: Object.fromEntries(
      Object.entries(inputs).map(([path, { bytesInOutput }]) => [nameOf(path), bytesInOutput]),
    ),
  }
}

/** Whether in an app or in this repository: `sw-token-broker/dist/sw/core/session.js`. */
const nameOf = (path: string): string =>
  path.replace(/^.*node_modules\//, '').replace(/^dist\//, 'sw-token-broker/dist/')

const RECORD = `${root}e2e/bundle-size.json`

/** What the modules weighed when the budgets were last looked at. */
export const recorded = (): Record<string, Modules> => JSON.parse(readFileSync(RECORD, 'utf8'))

export function record(all: Record<string, Modules>): void {
  writeFileSync(RECORD, `${JSON.stringify(all, null, 2)}\n`)
}

/** The modules that have grown, those that have grown most first. */
export const grown = (now: Modules, then: Modules): string[] =>
  Object.entries(now)
    .map(([name, bytes]) => ({ name, bytes: bytes - (then[name] ?? 0) }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => other.bytes - one.bytes)
    .map(({ name, bytes }) => `${name} +${bytes} B`)
