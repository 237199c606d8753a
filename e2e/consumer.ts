import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../demo-server/install-dependencies.mjs'

/** An app that has installed the packed library, outside the repository so that nothing resolves by accident. */
export interface Consumer {
  folder: string
  tarball: string
  /** Its bundled pages and workers. */
  site: string
}

export function consumer(): Consumer {
  return JSON.parse(process.env.E2E_CONSUMER ?? '{}')
}

export async function makeConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'sw-token-broker-e2e-'))
  const tarball = pack(folder)
  install(tarball, folder)
  const site = await bundle(folder)
  return { folder, tarball, site }
}

function pack(folder: string): string {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack made no tarball')
  return join(folder, name)
}

/** What the test app and the examples depend on themselves. */
const OF_THE_APPS = [
  'axios',
  'ky',
  'vite',
  'vite-plugin-pwa',
  'workbox-build',
  'workbox-core',
  'workbox-precaching',
  'workbox-routing',
  'workbox-strategies',
  'workbox-window',
]

/** What `npm install <tarball>` does, without asking a registry: dependencies come from this repository. */
function install(tarball: string, folder: string): void {
  const target = join(folder, 'node_modules/sw-token-broker')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  const manifest: { bin: Record<string, string>; dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(target, 'package.json'), 'utf8'),
  )
  mkdirSync(join(folder, 'node_modules/.bin'))
  for (const [name, file] of Object.entries(manifest.bin)) {
    chmodSync(join(target, file), 0o755)
    symlinkSync(join(target, file), join(folder, 'node_modules/.bin', name))
  }
  for (const name of new Set([...Object.keys(manifest.dependencies), ...OF_THE_APPS])) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link, 'junction')
  }
}

async function bundle(folder: string): Promise<string> {
  // Laid out as in the repository: the axios app is the demo's own.
  const source = join(folder, 'e2e/app')
  const site = join(folder, 'site')
  cpSync(join(root, 'e2e/app'), source, { recursive: true })
  cpSync(join(root, 'demo-server/app/classic.ts'), join(folder, 'demo-server/app/classic.ts'))
  const settings = {
    bundle: true,
    format: 'esm',
    outdir: site,
    absWorkingDir: folder,
    logLevel: 'warning',
  } as const
  const entries = readdirSync(source)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(source, file))
  await build({ ...settings, entryPoints: entries, define: { VERSION: '"1"' } })
  await build({
    ...settings,
    entryPoints: { 'sw-next': join(source, 'sw.ts') },
    define: { VERSION: '"2"' },
  })
  cpSync(join(folder, 'node_modules/sw-token-broker/dist/kill-worker.js'), join(site, 'kill-worker.js'))
  for (const file of readdirSync(source).filter((name) => name.endsWith('.html')))
    cpSync(join(source, file), join(site, file))
  return site
}
