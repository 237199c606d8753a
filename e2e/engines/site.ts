import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../../demo-server/install-dependencies.mjs'
import type { Consumer } from '../consumer.ts'

/** Adds the lab's pages and workers to the app that has installed the packed library. */
export async function bundleLab({ folder, site }: Consumer): Promise<void> {
  const source = join(folder, 'e2e/engines/app')
  cpSync(join(root, 'e2e/engines/app'), source, { recursive: true })
  const files = readdirSync(source)
  await build({
    entryPoints: files.filter((file) => file.endsWith('.ts')).map((file) => join(source, file)),
    bundle: true,
    format: 'esm',
    outdir: site,
    absWorkingDir: folder,
    logLevel: 'warning',
  })
  for (const file of files.filter((name) => name.endsWith('.html')))
    cpSync(join(source, file), join(site, file))
}
