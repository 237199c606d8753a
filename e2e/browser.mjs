import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe']
const PLACES = ['/Applications/Google Chrome.app/Contents/MacOS', '/Applications/Chromium.app/Contents/MacOS']
const MINUTE = 60_000

/** Path of the Chromium that the tests drive; `E2E_BROWSER` overrides the search. */
export function findBrowser() {
  return process.env.E2E_BROWSER ?? playwrightsOwn() ?? systemBrowser()
}

/** Gets a browser where there is none: Playwright's own, else the system's, else Debian's package. */
export function installBrowser() {
  if (process.env.E2E_BROWSER || playwrightsOwn()) return
  console.log("Downloading Playwright's Chromium …")
  run(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'install', '--no-shell', 'chromium'],
    5 * MINUTE,
  )
  if (playwrightsOwn()) return
  console.log("Playwright's Chromium cannot be downloaded here; looking for the system's.")
  if (systemBrowser()) return
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    run('apt-get', ['update', '-qq'], 5 * MINUTE)
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 10 * MINUTE)
  }
  if (!systemBrowser())
    console.error('No Chromium found. Install Chromium or Chrome, or give the path of one as E2E_BROWSER.')
}

function playwrightsOwn() {
  const path = chromium.executablePath()
  return existsSync(path) ? path : undefined
}

function systemBrowser() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...PLACES]
  return folders
    .flatMap((folder) => [...NAMES, 'Google Chrome', 'Chromium'].map((name) => join(folder, name)))
    .find(existsSync)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} timeout ms
 */
function run(command, args, timeout) {
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000',
  }
  // A failed download prints pages of stack traces; what counts is whether there is a browser afterwards.
  spawnSync(command, args, { env, timeout, stdio: 'ignore' })
}
