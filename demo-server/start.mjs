// `npm start` on a fresh clone: installs what is missing, builds the library and the page, serves the demo.
import { spawn, spawnSync } from 'node:child_process'
import { installDependencies, npm, root } from './install-dependencies.mjs'

installDependencies()
for (const build of [
  () => npm('run', 'build', '--silent'),
  () => node('node_modules/vite/bin/vite.js', 'build', 'demo-server/app', '--logLevel', 'warn'),
]) {
  const { status } = build()
  if (status !== 0) process.exit(status ?? 1)
}

const server = spawn(process.execPath, ['--import', 'tsx', 'demo-server/main.ts'], {
  cwd: root,
  stdio: 'inherit',
})
server.on('exit', (code) => process.exit(code ?? 0))
// The terminal's Ctrl+C reaches the server by itself; a `kill` of this process does not.
process.on('SIGTERM', () => server.kill())
process.on('SIGINT', () => {})

/** @param {string[]} args */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
}
