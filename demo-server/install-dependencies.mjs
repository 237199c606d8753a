import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** npm writes this file at the end of an install, so its age tells whether the install is complete and current. */
const INSTALLED = `${root}node_modules/.package-lock.json`

/** Runs before node_modules exists: only Node's own modules here. */
export function installDependencies() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`This needs Node 20.19 or newer; this is ${process.versions.node}.`)
    process.exit(1)
  }
  if (changedAt(INSTALLED) >= changedAt(`${root}package-lock.json`)) return
  console.log('Installing the dependencies …')
  const { status } = npm('ci', '--no-audit', '--no-fund')
  if (status !== 0) process.exit(status ?? 1)
}

/** @param {string[]} args */
export function npm(...args) {
  // npm.cmd on Windows is a batch file, which starts by a shell only; none of our arguments needs quoting.
  return spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
}

/** @param {string} path */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
