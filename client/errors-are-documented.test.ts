import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const sources = (folder: string): string =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(explorer|testing)\b/.test(file))
    .map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8'))
    .join('\n')

/** Every literal that stands where a code does. */
function codes(): string[] {
  const text = sources('sw') + sources('client')
  const found = [
    ...text.matchAll(/\bcode(?:\??:|\s*===?)\s*[^,;\n]*?'([a-z]+(?:-[a-z]+)+)'/g),
    ...text.matchAll(/new TokenBrokerError\(\s*'([a-z-]+)'/g),
  ].map(([, code]) => code ?? '')
  return [...new Set(found)].sort()
}

test('every code has its chapter in docs/errors.md, and every chapter is of a code', () => {
  const documented = [...readFileSync(`${root}docs/errors.md`, 'utf8').matchAll(/^### `([a-z-]+)`$/gm)]
    .map(([, code]) => code ?? '')
    .sort()
  expect(documented).toEqual(codes())
})
