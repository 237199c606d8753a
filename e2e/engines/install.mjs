// The browsers beside Chromium. Where one is missing on Debian it is installed; elsewhere the report names it as skipped.
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installBrowser } from '../browser.mjs'
import { installDebianPackages } from '../debian.mjs'

const LIBRARIES = '/usr/lib'

/** Gets all three engines, as far as that can be done. */
export function installEngines() {
  installBrowser()
  const packages = [
    ...(findFirefox() === undefined ? ['firefox-esr'] : []),
    ...(typeof findWebKit() === 'string' ? ['webkit2gtk-driver', 'xvfb'] : []),
  ]
  installDebianPackages(packages)
}

/** @returns {string | undefined} `E2E_FIREFOX` overrides the search */
export function findFirefox() {
  return process.env.E2E_FIREFOX ?? inPath('firefox-esr') ?? inPath('firefox')
}

/** @returns {{ driver: string, xvfb: string, browser: string } | string} where they are, or what is missing */
export function findWebKit() {
  const driver = inPath('WebKitWebDriver')
  const xvfb = inPath('Xvfb')
  const browser = miniBrowser()
  if (driver === undefined) return 'no WebKitWebDriver found'
  if (browser === undefined) return 'no MiniBrowser of webkit2gtk-4.1 found'
  if (xvfb === undefined) return 'no Xvfb found'
  return { driver, xvfb, browser }
}

/** The library's own folder, named after the machine's architecture. */
function miniBrowser() {
  if (!existsSync(LIBRARIES)) return undefined
  return readdirSync(LIBRARIES)
    .map((folder) => join(LIBRARIES, folder, 'webkit2gtk-4.1/MiniBrowser'))
    .find(existsSync)
}

/** @param {string} name */
function inPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync)
}
