// `npm test` on a fresh clone: installs what is missing and runs every check, the cheap ones first. A check that fails
// does not keep the others from telling what they know.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { installDependencies, npm, root } from '../demo-server/install-dependencies.mjs'

const UNIT_REPORT = `${root}e2e/results/unit.json`
const E2E_REPORT = `${root}e2e/results/e2e.json`
const ENGINES_REPORT = `${root}e2e/results/engines.json`

installDependencies()
// Not before node_modules is there.
const { installEngines } = await import('./engines/install.mjs')
const { installServers } = await import('./presets/install.mjs')

rmSync(`${root}e2e/results`, { recursive: true, force: true })
mkdirSync(`${root}e2e/results`, { recursive: true })

let passed = 0
let failed = 0
let skipped = 0
/** @type {string[]} */
const failures = []

check('Formatting', ['format:check'])
check('Types', ['typecheck'])
// After the type check, which builds the library: the demo imports it by its name, and the lint knows types.
check('Lint', ['lint'])
check('API reference', ['api', '--', '--check'])
check('Unused files and dependencies', ['unused', '--', '--no-config-hints'])
check(
  'Unit tests',
  ['unit', '--', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`],
  () => {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = readJson(UNIT_REPORT)
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
  },
)
installEngines()
installServers()
check('Browser tests on the packed library', ['e2e'], () => {
  const { expected, unexpected, flaky, skipped } = readJson(E2E_REPORT).stats
  if (flaky > 0) console.log(`\n⚠ ${flaky} flaky, ok when tried again: see above`)
  return { passed: expected + flaky, failed: unexpected, skipped }
})
check('Scenarios in Chromium, Firefox and WebKitGTK', ['engines'], () => readJson(ENGINES_REPORT))

check('Benchmark, smoke run', ['bench', '--', '--smoke'])

if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

/**
 * A check counts as one test, or as those that its report tells of.
 * @param {string} title
 * @param {string[]} script of package.json, and arguments
 * @param {() => { passed: number, failed: number, skipped: number }} [report]
 */
function check(title, script, report = () => ({ passed: 0, failed: 0, skipped: 0 })) {
  console.log(`\n── ${title}`)
  const isOk = npm('run', '--silent', ...script).status === 0
  const counts = reported(report)
  passed += counts.passed
  failed += counts.failed
  skipped += counts.skipped
  if (!isOk) failures.push(title)
  if (isOk && counts.passed + counts.failed === 0) passed++
  // A runner that breaks down counts as a failed test too.
  if (!isOk && counts.failed === 0) failed++
}

/** @param {() => { passed: number, failed: number, skipped: number }} report */
function reported(report) {
  try {
    return report()
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
