import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { root } from '../demo-server/install-dependencies.mjs'
import { makeConsumer } from './consumer.ts'

/** Packs the library, installs the tarball in an app of its own and bundles that app; the tests serve the result. */
export default async function setUp(): Promise<() => void> {
  const consumer = await makeConsumer()
  process.env.E2E_CONSUMER = JSON.stringify(consumer)
  execFileSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', 'demo-server/app', '--logLevel', 'warn'],
    { cwd: root, stdio: 'inherit' },
  )
  return () => rmSync(consumer.folder, { recursive: true, force: true })
}
