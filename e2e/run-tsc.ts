import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../demo-server/install-dependencies.mjs'

/**
 * @param compiler its path in `node_modules`
 * @param app a folder with a `tsconfig.json`
 * @throws Error with what the compiler printed
 */
export async function runTsc(compiler: string, app: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [join(root, 'node_modules', compiler)], { cwd: app })
  } catch (error) {
    const printed =
      typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(printed, { cause: error })
  }
}
