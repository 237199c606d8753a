#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { init, Refusal } from './init.ts'
import { PRESETS } from './texts.ts'

const USAGE = `Usage: sw-token-broker init <folder> [--oauth | --preset <name>] [--check]

Copies the service worker and the page's module into the folder that your app is served from, and writes a config file
beside them if there is none. Run it again after an update.

  --oauth           the larger worker, which has oauth() too
  --preset <name>   the worker with the presets, and a config for one of them:
                    ${[...PRESETS.keys()].join(', ')}
  --check           changes nothing; fails if the files are not those of the installed version
`

function run(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      oauth: { type: 'boolean' },
      preset: { type: 'string' },
      check: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const [command, folder, ...rest] = positionals
  if (values.help) return void process.stdout.write(USAGE)
  if (command !== 'init' || folder === undefined || rest.length > 0) throw new Refusal(USAGE)
  const { oauth = false, preset, check = false } = values
  if (preset !== undefined && (oauth || !PRESETS.has(preset))) throw new Refusal(USAGE)
  process.stdout.write(init(folder, { oauth, preset, check }))
}

try {
  run()
} catch (error) {
  if (!(error instanceof Refusal) && !(error instanceof TypeError)) throw error
  process.stderr.write(`${error.message.trimEnd()}\n`)
  process.exitCode = 1
}
