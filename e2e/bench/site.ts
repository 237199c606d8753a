import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from '../../demo-server/install-dependencies.mjs'
import type { Contestant } from './contestants.ts'
import type { File } from './server.ts'

const SCRIPT = 'text/javascript'
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title>
<link rel="icon" href="data:,"><script type="module" src="/page.js"></script></html>`

/** The files of a contestant's app, by path. */
export async function siteOf({
  page,
  worker,
  isMarked = false,
}: Contestant): Promise<ReadonlyMap<string, File>> {
  const html = { type: 'text/html', body: PAGE }
  const files = new Map<string, File>([
    ['/', html],
    ['/callback', html],
    ['/page.js', { type: SCRIPT, body: await bundled(page) }],
    ['/static.js', { type: SCRIPT, body: `// ${'.'.repeat(2000)}` }],
  ])
  if (worker !== undefined)
    files.set('/sw.js', { type: SCRIPT, body: await (isMarked ? marked : bundled)(worker) })
  if (page === 'page-axa') {
    files.set('/OidcServiceWorker.js', { type: SCRIPT, body: readFileSync(AXA_WORKER, 'utf8') })
    files.set('/OidcTrustedDomains.js', { type: SCRIPT, body: TRUSTED })
  }
  return files
}

/** The prebuilt worker that the package tells to copy. */
export const AXA_WORKER = `${root}node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js`

/** Only the API, so that nothing else is slowed down. */
const TRUSTED = `const trustedDomains = {
  default: { oidcDomains: [self.location.origin], accessTokenDomains: [self.location.origin + '/api'] },
}`

const bundles = new Map<string, Promise<string>>()

/** A module of `app/`, for a browser. */
export function bundled(module: string, format: 'esm' | 'iife' = 'esm'): Promise<string> {
  const known = bundles.get(module) ?? bundle(module, format)
  bundles.set(module, known)
  return known
}

/** A worker that marks in a trace where it crosses to the browser and back. */
const marked = async (worker: string): Promise<string> =>
  [
    await bundled('sw-marks', 'iife'),
    await bundled(worker),
    "performance.mark('bench:evaluation done')",
  ].join(';\n')

async function bundle(module: string, format: 'esm' | 'iife'): Promise<string> {
  const entry = fileURLToPath(new URL(`app/${module}.ts`, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
