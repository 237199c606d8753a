// Keeps the library as it is now, before its next version, for `protocol-versions.spec.ts`: `npm run previous`.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

for (const entry of ['client', 'sw'])
  await build({
    entryPoints: [`${root}dist/${entry}/index.js`],
    outfile: `${root}e2e/previous/${entry}.js`,
    bundle: true,
    minify: true,
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
