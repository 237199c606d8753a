// Makes the files that `sw-token-broker init` copies, each of one piece: the classic workers and the page's module.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** @type {{ version: string, dependencies: Record<string, string> }} */
const { version, dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

await make('sw/worker/worker.ts', 'worker', 'iife')
await make('sw/worker/worker-oauth.ts', 'worker-oauth', 'iife')
await make('sw/worker/worker-presets.ts', 'worker-presets', 'iife')
await make('sw/worker/kill-worker.ts', 'kill-worker', 'iife')
await make('client/index.ts', 'client', 'esm')
writeFileSync(`${root}dist/third-party-licenses.txt`, licenses())

/**
 * The first line says what the file is and which hash its other lines have, so that `init` knows its own files again.
 * @param {string} entry
 * @param {string} name
 * @param {'iife' | 'esm'} format
 */
async function make(entry, name, format) {
  const { outputFiles } = await build({
    entryPoints: [root + entry],
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  const code = outputFiles.map(({ text }) => text).join('')
  const hash = createHash('sha256').update(code).digest('hex')
  writeFileSync(`${root}dist/${name}.js`, `/*! sw-token-broker ${version} ${name} sha256-${hash} */\n${code}`)
}

/** The licences of what the files contain ask to be handed on with it. */
function licenses() {
  return Object.keys(dependencies)
    .map((name) => {
      const file = ['LICENSE', 'LICENCE', 'LICENSE.md'].find((file) => read(name, file) !== undefined)
      if (file === undefined) throw new Error(`${name} has no licence file`)
      return `${name}\n\n${read(name, file)}`
    })
    .join('\n----\n\n')
}

/** @param {string} name @param {string} file */
function read(name, file) {
  try {
    return readFileSync(`${root}node_modules/${name}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
