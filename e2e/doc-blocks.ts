import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../demo-server/install-dependencies.mjs'

/** A piece of code in a document. */
export interface DocBlock {
  /** Where it is: `docs-recipes-12.ts`, by the line that it begins on. */
  file: string
  side: 'page' | 'worker'
  code: string
}

/** Every block of TypeScript in README and docs, as a module. `docs/api.md` is made from the types themselves. */
export function docBlocks(): DocBlock[] {
  const documents = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'api.md')
    .map((name) => `docs/${name}`)
  return ['README.md', ...documents].flatMap((path) => blocksOf(path, readFileSync(join(root, path), 'utf8')))
}

export function blocksOf(path: string, document: string): DocBlock[] {
  return [...document.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(({ 1: type = '', 2: text = '', index }) => {
    const line = document.slice(0, index).split('\n').length
    const side = /createTokenBroker|jsonEndpoints|\boauth\(|\bself\./.test(text) ? 'worker' : 'page'
    const self = side === 'worker' ? 'declare const self: ServiceWorkerGlobalScope\n' : ''
    return {
      file: `${path.replace(/\.md$/, '').replace('/', '-')}-${line}.${type}`,
      side,
      code: `${self}${text.split('\n').map(filledIn).join('\n')}\nexport {}\n`,
    }
  })
}

/** What a reader is to fill in is right as it stands; in a comment it is no code. */
const filledIn = (line: string): string =>
  line.replace(/^(.*?)((?<=^|\s)\/\/.*)?$/, (_, code: string, comment = '') => {
    return code.replaceAll('{ … }', '({} as any)').replaceAll('…', '...({} as object)') + comment
  })
