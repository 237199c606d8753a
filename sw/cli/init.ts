import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMarker, unixLines } from './copied-file.ts'
import { configFile, instructions } from './texts.ts'

export interface InitOptions {
  /** The worker that has `oauth` too. */
  oauth: boolean
  /** The worker that has the presets too, and a config for one of them. */
  preset?: string
  /** Changes nothing. */
  check: boolean
}

/** Ends the command with a message for its user. */
export class Refusal extends Error {}

const WORKER = 'sw-token-broker.js'
const CONFIG = 'sw-token-broker.config.js'
const CLIENT = 'sw-token-broker.client.js'

/**
 * Copies the built files into `folder`, or checks those that are there.
 * @returns what to print
 * @throws Refusal where a file is not one of ours, or is out of date
 */
export function init(folder: string, { oauth, preset, check }: InitOptions): string {
  const present = readCopy(join(folder, WORKER))
  const isPresent = (name: string): boolean => present?.name === name
  const source =
    oauth || (preset === undefined && isPresent('worker-oauth'))
      ? 'worker-oauth'
      : preset !== undefined || isPresent('worker-presets')
        ? 'worker-presets'
        : 'worker'
  const copies = [{ target: join(folder, WORKER), source }]
  // An app that has a bundler may have deleted the page's module.
  if (!present || existsSync(join(folder, CLIENT)))
    copies.push({ target: join(folder, CLIENT), source: 'client' })

  if (check) {
    for (const { target, source } of copies) checkCopy(target, source, folder)
    return ''
  }
  // All of them, before the first is written.
  for (const { target } of copies) readCopy(target)
  mkdirSync(folder, { recursive: true })
  const report = copies.map(({ target, source }) => writeCopy(target, source))
  const config = join(folder, CONFIG)
  if (existsSync(config)) report.push(`kept     ${config}`)
  else {
    writeFileSync(config, configFile(source, preset))
    report.push(`written  ${config}   <- put your own endpoints there`)
  }
  return `${report.join('\n')}\n${present ? '' : instructions(WORKER, CLIENT, folder)}`
}

/** The file of the installed package. */
function installed(name: string): string {
  return readFileSync(new URL(`../${name}.js`, import.meta.url), 'utf8')
}

function readCopy(path: string): { version: string; name: string } | undefined {
  if (!existsSync(path)) return undefined
  const marker = readMarker(readFileSync(path, 'utf8'))
  if (marker === undefined)
    throw new Refusal(
      `'${path}' was not written by 'sw-token-broker init', so it stays as it is. Move it away and run this again.`,
    )
  if (marker === 'changed')
    throw new Refusal(
      `'${path}' was changed after 'sw-token-broker init' had written it (a formatter perhaps), so it stays as it is. Delete it and run this again.`,
    )
  return marker
}

function checkCopy(path: string, source: string, folder: string): void {
  const cure = `Run 'npx sw-token-broker init ${folder}'.`
  const copy = readCopy(path)
  if (!copy) throw new Refusal(`'${path}' does not exist. ${cure}`)
  if (isSame(path, source)) return
  const wanted = readMarker(installed(source))
  throw new Refusal(
    `'${path}' is of version ${copy.version} (${copy.name}), the installed package has ${typeof wanted === 'object' ? wanted.version : ''} (${source}). ${cure}`,
  )
}

function writeCopy(path: string, source: string): string {
  if (existsSync(path) && isSame(path, source)) return `current  ${path}`
  const verb = existsSync(path) ? 'updated ' : 'written '
  writeFileSync(path, installed(source))
  return `${verb} ${path}`
}

const isSame = (path: string, source: string): boolean =>
  unixLines(readFileSync(path, 'utf8')) === installed(source)
