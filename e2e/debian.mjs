import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const MINUTE = 60_000

/** Installs packages where that can be done; elsewhere what needs them says so. @param {string[]} names */
export function installDebianPackages(names) {
  if (names.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  console.log(`Installing ${names.join(', ')} …`)
  apt('update', '-qq')
  // One after the other: a package that cannot be had takes none of the others with it.
  for (const name of names) apt('install', '-y', '-qq', '--no-install-recommends', name)
}

/** @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', args, { env, timeout: 10 * MINUTE, stdio: 'ignore' })
}
