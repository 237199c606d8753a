import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const MINUTE = 60_000

/** Installs packages where that can be done; elsewhere what needs them says so. @param {string[]} names */
export function installDebianPackages(names) {
  if (names.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  console.log(`Installing ${names.join(', ')} …`)
  apt('update', '-qq')
  const install = ['install', '-y', '-qq', '--no-install-recommends']
  if (apt(...install, ...names)) return
  // One after the other: a package that cannot be had takes none of the others with it.
  for (const name of names) apt(...install, name)
}

/** @param {string[]} args @returns {boolean} */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', args, { env, timeout: 10 * MINUTE, stdio: 'ignore' }).status === 0
}
